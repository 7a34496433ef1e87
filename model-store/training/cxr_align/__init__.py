"""The pack `cxr-align`: one space for chest radiographs and short English texts."""

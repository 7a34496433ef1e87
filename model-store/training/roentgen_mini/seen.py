"""What a person saw on the sheets of this version, and what was tried."""

SEEN = {"sheet": "", "few_steps": "", "nearest": ""}

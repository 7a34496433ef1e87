"""`python -m training.roentgen_mini --data PATH --out PATH`: everything from the films to the finished pack."""

from __future__ import annotations

from pathlib import Path

from ..run_options import run_options
from .finish import finish
from .stages import PLANS, Stages, read_corpus
from .threads import Threads


def main() -> None:
    parser = run_options(__doc__, "roentgen-mini", minutes=None)
    parser.add_argument("--align", type=Path, default=Path("cxr-align/1.0.0"), help="the pack cxr-align: features, and one of the judges")
    for name, plan in PLANS.items():
        parser.add_argument(f"--{name.replace('_', '-')}-steps", type=int, default=plan.steps)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    corpus = read_corpus(options.data, options.work)
    steps = {name: 0 if options.only_finish else getattr(options, f"{name}_steps") for name in PLANS}
    generator, classifier = Stages(corpus, options.work, options.align, Threads(options.threads), steps).all()
    finish(generator, classifier, corpus, options)


if __name__ == "__main__":
    main()

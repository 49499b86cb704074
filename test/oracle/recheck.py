"""A second opinion on a result: computes its figures again from the raw files, with nothing but Python's standard library.

python3 test/oracle/recheck.py RESULT_FOLDER [--summary-only]

--summary-only: summaries, verdicts and limits from the figures of the trials, where their raw files were not kept.
Written from docs/method.md, not from the code that it checks. Ends with 1 and a line for each figure that differs.
"""

import sys

import bundle
import comparison
import trials
from agreement import Agreement


def main(folder, *flags):
    agreement = Agreement()
    has_files = flags != ("--summary-only",)
    document, read = bundle.load(folder, agreement, has_files)
    if has_files:
        for trial in read:
            trials.check_trial(agreement, trial)
    comparison.check_document(agreement, document)
    for fault in agreement.faults:
        print(fault)
    print(f"{agreement.compared} figures of {len(read)} trials compared, {len(agreement.faults)} differ")
    return 1 if agreement.faults else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python3 test/oracle/recheck.py RESULT_FOLDER [--summary-only]")
    sys.exit(main(*sys.argv[1:]))

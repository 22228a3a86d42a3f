"""Check the types of the browser's scripts with TypeScript: `python -m commerce.cli.browser_types`."""

import subprocess
import sys

from commerce.cli.checkout_folder import ROOT
from commerce.web.assets.node import npm_command

if __name__ == "__main__":
    sys.exit(
        subprocess.run(
            [*npm_command(), "run", "--silent", "check"], cwd=ROOT, check=False
        ).returncode
    )

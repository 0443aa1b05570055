"""`python -m nvc_engine` is `nvc-engine`."""

import sys

from nvc_engine.cli import main

sys.exit(main())

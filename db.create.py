"""Make the table of products and its samples: the same as `entrepot catalogue init`."""

import sys

from entrepot.cli import main

if __name__ == "__main__":
    sys.argv[1:1] = ["catalogue", "init"]
    main()

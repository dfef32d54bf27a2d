echoes() { printf '%s' "$1"; }

fails() { return 1; }

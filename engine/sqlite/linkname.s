// findFunction of bounded.go has no body: the compiler allows that where a package has assembly.

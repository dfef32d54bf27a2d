// What CI and release.sh run, in a module of its own: the sqlambda module needs none of it.
module sqlambda/ci

go 1.26.0

require (
	golang.org/x/mod v0.42.0
	sqlambda v0.0.0
)

replace sqlambda => ../../

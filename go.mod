module sqlambda

go 1.26.0

require (
	github.com/alecthomas/kong v1.17.0
	github.com/aws/aws-lambda-go v1.55.1
	github.com/rogpeppe/go-internal v1.16.0
	github.com/sqlc-dev/meyer v0.1.2
	github.com/tidwall/gjson v1.20.0
	modernc.org/libc v1.79.0
	modernc.org/sqlite v1.61.1
	zombiezen.com/go/sqlite v1.4.2
)

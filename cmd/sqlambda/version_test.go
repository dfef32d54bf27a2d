package main

import (
	"runtime/debug"
	"testing"
)

func TestOwnVersion(t *testing.T) {
	for _, test := range []struct {
		name string
		info debug.BuildInfo
		want string
	}{
		{"a release", debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "v1.2.3"},
		{"a clone", debug.BuildInfo{
			Main:     debug.Module{Version: "(devel)"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "1a2b3c"}, {Key: "vcs.modified", Value: "false"}},
		}, "(devel) (1a2b3c)"},
		{"a clone with changes", debug.BuildInfo{
			Main:     debug.Module{Version: "(devel)"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "1a2b3c"}, {Key: "vcs.modified", Value: "true"}},
		}, "(devel) (1a2b3c, modified)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := ownVersion(&test.info); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

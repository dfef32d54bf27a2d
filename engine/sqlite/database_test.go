package sqlite

import (
	"os"
	"path/filepath"
	"testing"

	"sqlambda/engine"
)

// The name that Lambda has decides what may be written to; what is deployed never may.
func TestWritable(t *testing.T) {
	outside, project := t.TempDir(), t.TempDir() // below /tmp, as a project may be
	file := func(folder string) string {
		path := filepath.Join(folder, "shop.db")
		c := hostile(t, engine.Config{Database: path})
		script(t, c, "CREATE TABLE t (a)")
		return path
	}
	other, shop := file(outside), file(project)
	relative, err := filepath.Rel(project, other)
	if err != nil {
		t.Fatal(err)
	}
	links := t.TempDir()
	if err := os.Symlink(shop, links+"/shop.db"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(project, links+"/project"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		root, database string
		writable       bool
	}{
		{project, "shop.db", false},
		{project, "./shop.db", false},
		{project + "/", "file:shop.db", false},
		{project, shop, false},
		{project, other, true},
		{project, other + "/../shop.db", true},
		{project + "/none", shop, true},
		{"", shop, true},
		{project, links + "/shop.db", false},
		{project, links + "/project/shop.db", false},
		{links + "/project", shop, false},
		{links + "/project", "shop.db", false},
		{outside, links + "/shop.db", true},
		{project, relative, false}, // in Lambda's name it is below /var
	} {
		for _, scratch := range []bool{false, true} {
			config := engine.Config{Root: test.root, Database: test.database, Scratch: scratch}
			c := hostile(t, config)
			if want := test.writable && !scratch; c.Writable() != want {
				t.Errorf("%s in %s, scratch %t: it can be written to: %t", test.database, test.root, scratch, c.Writable())
			}
			if c.StandsIn() != (test.writable && scratch) {
				t.Errorf("%s in %s, scratch %t: another stands in for it: %t", test.database, test.root, scratch, c.StandsIn())
			}
			attached := hostile(t, engine.Config{Root: test.root, Scratch: scratch})
			if _, err := exec(attached, "ATTACH '"+test.database+"' AS a"); err != nil {
				t.Error(err)
			}
			if want := test.writable && !scratch; attached.Writable() != want {
				t.Errorf("%s in %s, scratch %t, attached: it can be written to: %t", test.database, test.root, scratch, attached.Writable())
			}
		}
	}
}

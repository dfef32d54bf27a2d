package sqlite

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sqlambda/engine"
	"sqlambda/engine/sqlite/internal/sqlite3"
	"sqlambda/event"
)

// database is a database to open.
type database struct {
	uri      string
	file     string // absolute, or empty for one in memory
	writable bool
	scratch  bool // it stands in for a file that is written to
}

// writableRoots are the folders of a Lambda function that can be written to:
// its own temporary storage, and mounted file systems.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html
var writableRoots = [...]string{"/tmp", "/mnt"}

// taskRoot is where Lambda puts what was deployed, which cannot be written to. Config.Root
// may be another folder, below /tmp or /mnt even.
const taskRoot = "/var/task"

// locate finds the database that a setting or an ATTACH names: ":memory:" or
// nothing, a file, or a "file:" URI (https://sqlite.org/uri.html). Relative names
// start from the root. A file outside of the writable folders is read-only and
// immutable.
func locate(name string, config *engine.Config) (database, error) {
	file, query, err := splitURI(name)
	if err != nil {
		return database{}, err
	}
	if name == "" || file == ":memory:" || strings.Contains("&"+query+"&", "&mode=memory&") {
		return database{uri: ":memory:"}, nil
	}
	known := file // as the function knows it
	if !filepath.IsAbs(file) {
		known, file = filepath.Join(taskRoot, file), filepath.Join(config.Root, file)
	}
	file = filepath.Clean(file)
	known = filepath.Clean(known)
	inWritable := slices.ContainsFunc(writableRoots[:], func(root string) bool { return isBelow(known, root) }) && !isDeployed(file, config.Root)
	if inWritable {
		file = known
	}
	if config.Scratch && inWritable {
		return database{uri: ":memory:", scratch: true}, nil
	}
	if config.Locate != nil {
		file = config.Locate(file)
	}
	d := database{file: file, writable: inWritable && !strings.Contains("&"+query+"&", "&mode=ro&")}
	if !d.writable {
		if err := checkReadable(file); err != nil {
			return database{}, err
		}
		// The mode stands in the URI, as ATTACH has no flags.
		query = "mode=ro"
		if !inWritable {
			query = "mode=ro&immutable=1"
		}
	}
	d.uri = "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(file)
	if query != "" {
		d.uri += "?" + query
	}
	return d, nil
}

// splitURI takes a file name or a "file:" URI apart, and refuses parameters that
// would change what the name stands for.
func splitURI(name string) (file, query string, err error) {
	rest, ok := strings.CutPrefix(name, "file:")
	if !ok {
		return name, "", nil
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, query, _ = strings.Cut(rest, "?")
	if authority, ok := strings.CutPrefix(rest, "//"); ok {
		host, path, _ := strings.Cut(authority, "/")
		if host != "" && host != "localhost" {
			return "", "", fmt.Errorf("database %q: a file on another host", name)
		}
		rest = "/" + path
	}
	for parameter := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(parameter, "=")
		switch key {
		case "", "mode", "immutable", "nolock", "psow":
		default:
			return "", "", fmt.Errorf("database %q: the parameter %q cannot be used (mode, immutable, nolock and psow can)", name, key)
		}
		if strings.Contains(key+value, "%") {
			return "", "", fmt.Errorf("database %q: an escape in the parameter %q", name, key)
		}
	}
	rest, _ = event.PercentDecode(rest, false)
	return rest, query, nil
}

// isDeployed reports whether a file lies in the task root, by whatever name.
func isDeployed(file, root string) bool {
	if root == "" {
		return false
	}
	if target, err := filepath.EvalSymlinks(file); err == nil {
		file = target
	} else if folder, err := filepath.EvalSymlinks(filepath.Dir(file)); err == nil { // it is made there
		file = filepath.Join(folder, filepath.Base(file))
	}
	target, err := filepath.EvalSymlinks(root)
	return isBelow(file, root) || err == nil && isBelow(file, target)
}

// isBelow reports whether a clean file name is below a folder.
func isBelow(file, folder string) bool {
	return strings.HasPrefix(file, strings.TrimSuffix(filepath.Clean(folder), "/")+"/")
}

// checkReadable reports what keeps a read-only database from being opened.
func checkReadable(file string) error {
	info, err := os.Stat(file)
	switch {
	case os.IsNotExist(err):
		return fmt.Errorf("there is no database %s%s", file, neighbours(filepath.Dir(file)))
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("the database %s is a folder", file)
	}
	if wal, err := os.Stat(file + "-wal"); err == nil && wal.Size() > 0 {
		return fmt.Errorf("the database %s has changes in %s-wal that a read-only database leaves out: run PRAGMA wal_checkpoint(TRUNCATE) before it is packed", file, filepath.Base(file))
	}
	return nil
}

// neighbours lists what may be databases in a folder.
func neighbours(folder string) string {
	var names []string
	for _, pattern := range []string{"*.db", "*.sqlite", "*.sqlite3"} {
		found, _ := fs.Glob(os.DirFS(folder), pattern)
		names = append(names, found...)
	}
	if len(names) > 0 {
		return "; its folder holds " + strings.Join(names, ", ")
	}
	return ""
}

// unreadable is the error of a database that could not be opened. SQLite does not say
// why the operating system would not open a file.
func (d database) unreadable(err error) error {
	if d.file == "" {
		return err
	}
	var e *sqlite3.Error
	if errors.As(err, &e) && e.Code.Primary() == sqlite3.CannotOpen && d.writable {
		file, reason := os.OpenFile(d.file, os.O_RDWR|os.O_CREATE, 0o644)
		file.Close()
		err = cmp.Or(reason, err)
	}
	return fmt.Errorf("cannot open the database %s: %w", d.file, err)
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// pages returns the parts of pages that show results, by the page's path.
func pages(r *results) map[string]map[string]string {
	return map[string]map[string]string{
		"README.md": {"speed": speedTable(r).markdown()},
		filepath.Join("docs", "performance.md"): {
			"machine": machineLine(r), "goals": goalTable(r).markdown(), "cpu": cpuTable(r).markdown(),
			"starts": startTable(r).markdown(), "before": beforePart(r), "programs": programsPart(r),
		},
	}
}

// write writes the results and the parts of pages that show them.
func write(root string, r *results) error {
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	for name, content := range map[string]string{"results.txt": r.text(), "results.json": string(text) + "\n"} {
		if err := os.WriteFile(filepath.Join(root, "bench", name), []byte(content), 0o666); err != nil {
			return err
		}
	}
	for page, parts := range pages(r) {
		name := filepath.Join(root, page)
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		filled, err := fill(string(text), parts)
		if err == nil {
			err = os.WriteFile(name, []byte(filled), 0o666)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", page, err)
		}
	}
	return nil
}

// fill returns a page with new parts between <!-- name --> and <!-- /name -->.
func fill(text string, parts map[string]string) (string, error) {
	var missing []error
	for name, part := range parts {
		before, rest, begins := strings.Cut(text, "<!-- "+name+" -->\n")
		_, after, ends := strings.Cut(rest, "<!-- /"+name+" -->")
		if !begins || !ends {
			missing = append(missing, fmt.Errorf("no part between <!-- %[1]s --> and <!-- /%[1]s -->", name))
			continue
		}
		text = before + "<!-- " + name + " -->\n" + part + "<!-- /" + name + " -->" + after
	}
	return text, errors.Join(missing...)
}

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"effekt/config"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/cobra"
)

// readme is the README and the manual.
func readme(t *testing.T) string {
	t.Helper()
	paths, err := filepath.Glob("help/*.md")
	if err != nil || len(paths) < 5 {
		t.Fatal(paths, err)
	}
	var all strings.Builder
	for _, path := range append(paths, "../../README.md") {
		all.Write(read(t, path))
	}
	return all.String()
}

// The README is short, and names every topic of the manual.
func TestREADMEIsShort(t *testing.T) {
	t.Parallel()
	text := string(read(t, "../../README.md"))
	if lines := strings.Count(text, "\n"); lines > 150 {
		t.Errorf("%d lines, at most 150", lines)
	}
	for _, topic := range topics() {
		if !strings.Contains(text, "(cmd/effekt/help/"+topic.Name()+".md)") {
			t.Errorf("the README does not name the topic %s", topic.Name())
		}
		if topic.Short == "" || strings.Contains(topic.Short, "\n") {
			t.Errorf("the topic %s has the title %q", topic.Name(), topic.Short)
		}
	}
}

// The table of dependencies is what go.mod requires directly.
func TestREADMENamesEveryDependency(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	direct := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(string(mod), -1)
	named := regexp.MustCompile("(?m)^\\| `([a-z]+\\.[a-z]+/\\S+)` \\|").FindAllStringSubmatch(readme(t), -1)
	if diff := cmp.Diff(firsts(direct), firsts(named)); diff != "" {
		t.Errorf("go.mod and the README differ:\n%s", diff)
	}
}

func firsts(matches [][]string) []string {
	var all []string
	for _, m := range matches {
		all = append(all, m[1])
	}
	slices.Sort(all)
	return all
}

func TestREADMENamesEverySetting(t *testing.T) {
	t.Parallel()
	body, err := config.Embedded.ReadFile("effekt.toml")
	if err != nil {
		t.Fatal(err)
	}
	var settings map[string]any
	if err := toml.Unmarshal(body, &settings); err != nil {
		t.Fatal(err)
	}
	text := readme(t)
	for _, key := range keys("", settings) {
		if !strings.Contains(text, "`"+key+"`") {
			t.Errorf("the README does not explain %s of effekt.toml", key)
		}
	}
}

func keys(prefix string, value any) []string {
	var all []string
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			all = append(all, keys(strings.TrimPrefix(prefix+"."+key, "."), inner)...)
		}
	case []any:
		for _, item := range value {
			if table, ok := item.(map[string]any); ok {
				all = append(all, keys(prefix, table)...)
			}
		}
		if len(all) > 0 {
			return all
		}
		return []string{prefix}
	default:
		return []string{prefix}
	}
	return all
}

// Every command, with its flags, and every variable of the environment.
func TestREADMENamesEveryCommand(t *testing.T) {
	t.Parallel()
	text := readme(t)
	var flags func(c *cobra.Command)
	flags = func(c *cobra.Command) {
		for _, flag := range regexp.MustCompile(`--[a-z-]+`).FindAllString(c.LocalFlags().FlagUsages(), -1) {
			if !strings.Contains(text, flag) {
				t.Errorf("the README does not name %s of %s", flag, c.CommandPath())
			}
		}
		for _, sub := range c.Commands() {
			if sub.Runnable() && !strings.Contains(text, "`"+sub.Name()) {
				t.Errorf("the README does not name %s", sub.CommandPath())
			}
			flags(sub)
		}
	}
	flags((&app{}).root())
	for _, variable := range []string{"EFFEKT_DATA", "EFFEKT_COUNTY", "EFFEKT_SCB_BASE_URL", "EFFEKT_KOLADA_BASE_URL"} {
		if !strings.Contains(text, "`"+variable+"`") {
			t.Errorf("the README does not explain %s", variable)
		}
	}
}

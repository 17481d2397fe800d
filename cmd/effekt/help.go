package main

import (
	"embed"
	"io/fs"
	"path"
	"strings"

	"github.com/spf13/cobra"
)

// chapters is the manual. A chapter's first line is its title.
//
//go:embed help/*.md
var chapters embed.FS

// topics are the chapters as cobra's help topics: commands that do nothing.
func topics() []*cobra.Command {
	var all []*cobra.Command
	paths, _ := fs.Glob(chapters, "help/*.md") // the pattern is right
	for _, name := range paths {
		text, _ := chapters.ReadFile(name) // embedded, so it is there
		title, _, _ := strings.Cut(strings.TrimPrefix(string(text), "# "), "\n")
		all = append(all, &cobra.Command{Use: strings.TrimSuffix(path.Base(name), ".md"), Short: title, Long: string(text)})
	}
	return all
}

// sections are the texts of the chapter on the commands, by command.
func sections() map[string]string {
	all := map[string]string{}
	text, _ := chapters.ReadFile("help/commands.md")
	for section := range strings.SplitSeq(string(text), "\n## ") {
		name, long, _ := strings.Cut(section, "\n")
		all[name] = strings.TrimSpace(long)
	}
	return all
}

// help prints a command's help or a chapter, and refuses what there is not.
func help(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND | TOPIC]", Short: "Help about a command, or a chapter of the manual", Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			about, rest, err := root.Find(args)
			if about == nil {
				about = root
			}
			if err != nil || len(rest) > 0 {
				return noSuchCommand(about, append(rest, args...)[0], func(*cobra.Command) bool { return true })
			}
			return about.Help()
		},
	}
}

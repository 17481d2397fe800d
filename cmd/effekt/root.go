package main

import (
	"slices"
	"strings"

	"effekt/sources"

	"github.com/spf13/cobra"
)

func (a *app) root() *cobra.Command {
	var own bool
	root := &cobra.Command{
		Use: "effekt", Short: "Official statistics for a county's yearly report-back",
		SilenceUsage: true, SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if own {
				return a.showVersion(cmd.Context())
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.checkFlags() },
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.Flags().BoolVar(&own, "version", false, "print the version, what it was built from, and DuckDB's")
	flags := root.PersistentFlags()
	flags.StringVar(&a.configDir, "config", "", "folder with the config (default ./config if it exists, else the embedded one)")
	flags.StringVar(&a.dataDir, "data", "", "data folder (default $EFFEKT_DATA, else ./data)")
	flags.StringVar(&a.county, "county", "", "county, SCB's two digits (default $EFFEKT_COUNTY, else the config's)")
	flags.StringVar(&a.logFormat, "log-format", "text", "form of standard error: text or json, a JSON object a line")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "log every request, wait and retry too")
	flags.BoolVar(&a.noProgress, "no-progress", false, "no progress bar; there is none anyway when standard error is not a terminal")
	root.AddCommand(a.refresh(), a.demo(), a.fetch(), a.build(), a.check(), a.plan(), a.status(), a.schedule(), a.sql(), a.explain(), a.edition(), a.outcomes(), a.report(), a.archive())
	root.SetHelpCommand(help(root))
	root.AddCommand(topics()...)
	complete(root, sections())
	return root
}

func (a *app) checkFlags() error {
	if a.logFormat != "text" && a.logFormat != "json" {
		return usage("--log-format %q: want text or json", a.logFormat)
	}
	return nil
}

// complete gives each command what it leaves out: its text in the chapter on the
// commands, and that it takes no arguments, or one of its own commands.
func complete(cmd *cobra.Command, texts map[string]string) {
	if text, ok := texts[cmd.CommandPath()]; ok {
		cmd.Long = text
	}
	switch {
	case cmd.HasAvailableSubCommands():
		cmd.Args = subcommand
		if cmd.RunE == nil {
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	case cmd.Args == nil:
		cmd.Args = noArgs
	}
	for _, sub := range cmd.Commands() {
		complete(sub, texts)
	}
}

// group is a command that only holds others.
func group(name, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: name, Short: short}
	cmd.AddCommand(commands...)
	return cmd
}

// subcommand refuses an argument to a command that only holds others: it would be
// one of them.
func subcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return noSuchCommand(cmd, args[0], (*cobra.Command).IsAvailableCommand)
}

func noSuchCommand(cmd *cobra.Command, name string, counts func(*cobra.Command) bool) error {
	var names []string
	for _, sub := range cmd.Commands() {
		if counts(sub) {
			names = append(names, sub.Name())
		}
	}
	return usage("unknown command %q%s; «%s --help» tells of them", name, sources.Hint(name, names), cmd.CommandPath())
}

// noArgs refuses arguments as wrong usage.
func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("unexpected argument %q", args[0])
	}
	return nil
}

// takes wants between least and most arguments; want says which.
func takes(least, most int, want string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most {
			return usage("%s", want)
		}
		return nil
	}
}

// choice refuses what a flag does not know.
func choice(flag, value string, known ...string) error {
	if !slices.Contains(known, value) {
		last := len(known) - 1
		return usage("--%s %q: want %s or %s", flag, value, strings.Join(known[:last], ", "), known[last])
	}
	return nil
}

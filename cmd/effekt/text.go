package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/template"
	"time"

	"effekt/pipeline/answer"
	"effekt/pipeline/number"

	"github.com/spf13/cobra"
)

// texts are what the commands print for people, in Swedish: a template each.
// Tabs in them align columns.
//
//go:embed text
var texts embed.FS

// print writes a text to standard output.
func (a *app) print(name string, data any) error {
	all, err := template.New("").Funcs(a.words()).ParseFS(texts, "text/*.txt")
	if err != nil {
		return err
	}
	var text strings.Builder
	if err := all.ExecuteTemplate(&text, name+".txt", data); err != nil {
		return err
	}
	w := answer.Columns(a.stdout)
	if _, err := io.WriteString(w, answer.Printable(text.String())); err != nil {
		return err
	}
	return w.Flush()
}

// jsonFlag lets a command answer in JSON.
func (a *app) jsonFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.asJSON, "json", false, "for programs")
}

// answer prints the text of a name, or JSON for programs where it was asked for.
func (a *app) answer(name string, v any, err error) error {
	if err != nil {
		return err
	}
	if !a.asJSON {
		return a.print(name, v)
	}
	encoder := json.NewEncoder(a.stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// words are the functions that the texts call.
func (a *app) words() template.FuncMap {
	return template.FuncMap{
		"cell":       func(v any) string { return answer.Visible(orDash(answer.Text(v))) },
		"day":        day,
		"days":       func(t time.Time) string { return t.Format(time.DateOnly) },
		"difference": difference,
		"first":      firstLine,
		"join":       strings.Join,
		"missing":    func() string { return missing },
		"number":     plainly,
		"plain":      answer.Text,
		"run_error":  runError,
		"or_none":    func(s string) string { return orElse(s, "ingen") },
		"rounded":    func(v *float64, decimals int) string { return shown(v, decimals, number.Swedish) },
		"signed":     func(v *float64, decimals int) string { return shown(v, decimals, number.Signed) },
		"state":      state,
		"took":       func(from, to time.Time) string { return orDash(took(from, to)) },
		"indented":   func(err error) string { return strings.ReplaceAll(err.Error(), "\n", "\n  ") },
	}
}

// missing stands where there is no value.
const missing = "saknas"

// state is the Swedish word for a state that SQL and JSON name in English.
func state(name any) string {
	sv := map[string]string{
		"never fetched": "aldrig hämtad", "unreadable": "oläsbar", "overdue": "försenad", "discontinued": "nedlagd", "frozen": "stillastående",
		"ended": "avslutad", "off": "avstängd", "absent": missing, "old": "gammal", "failed": "misslyckades", "degraded": "delvis",
		"interrupted": "avbruten", "running": "pågår", "killed": "dödad", "error": "fel", "warn": "varning",
		"changed": "ändrad", "added": "tillagd", "no ordinary file": "ingen vanlig fil",
		"total": "totalt", "women": "kvinnor", "men": "män", "missing": missing, "damaged": "skadad", "dangling": "lös",
	}
	text := fmt.Sprint(name)
	return orElse(sv[text], text)
}

// day is a time to the minute, by the clock of whoever looks.
func day(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.Local().Format("2006-01-02 15:04")
}

// took is a time between two, a dash while it goes on.
func took(from, to time.Time) string {
	if to.IsZero() {
		return "–"
	}
	return to.Sub(from).Round(100 * time.Millisecond).String()
}

// plainly is a value with every digit.
func plainly(v *float64) string {
	if v == nil {
		return missing
	}
	return fmt.Sprint(*v)
}

// shown is a figure as it is printed, or a dash where there is none.
func shown(v *float64, decimals int, write func(float64, int) string) string {
	if v == nil {
		return "–"
	}
	return write(*v, decimals)
}

// difference is nothing where a figure came or went.
func difference(v *float64) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%+g", *v)
}

func orDash(s string) string { return orElse(s, "–") }

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// firstLine keeps a long message to one line of a table.
func firstLine(s string) string {
	line, _, more := strings.Cut(strings.TrimSpace(s), "\n")
	if runes := []rune(line); len(runes) > 160 {
		return string(runes[:160]) + "…"
	}
	if more {
		return line + " …"
	}
	return line
}

package report

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"effekt/pipeline/report/document"

	"github.com/pelletier/go-toml/v2"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	goldtext "github.com/yuin/goldmark/text"
)

// Own is the region's own words and the order of the sections, from
// report.toml and the Markdown files beside it.
type Own struct {
	Sections []Section `toml:"section"`
	files    fs.FS
}

// Section is a chapter: text from a file, or one that is made of data.
type Section struct {
	Kind string `toml:"kind"` // text, summary, areas, goals, allocation, questions, missing, revised or method
	File string `toml:"file"` // of a text
}

// maxText bounds a Markdown file in bytes.
const maxText = 1 << 20

// ReadOwn reads report.toml. Its Markdown files lie under report/.
func ReadOwn(files fs.FS) (Own, error) {
	o := Own{files: files}
	body, err := fs.ReadFile(files, "report.toml")
	if err != nil {
		return o, err
	}
	if err := toml.NewDecoder(bytes.NewReader(body)).DisallowUnknownFields().Decode(&o); err != nil {
		// Its text has the lines around the mistake.
		if placed, ok := errors.AsType[interface {
			error
			String() string
		}](err); ok {
			return o, fmt.Errorf("report.toml:\n%s", placed.String())
		}
		return o, fmt.Errorf("report.toml: %w", err)
	}
	names := []string{"text"}
	for _, kind := range kinds() {
		names = append(names, kind.name)
	}
	var problems []error
	for n, s := range o.Sections {
		if !slices.Contains(names, s.Kind) {
			problems = append(problems, fmt.Errorf("report.toml: section %d: kind %q: want %s", n+1, s.Kind, enumerated(names, " or ")))
		}
		if (s.Kind == "text") != (s.File != "") {
			problems = append(problems, fmt.Errorf("report.toml: section %d: a text, and only a text, has a file", n+1))
		}
	}
	return o, errors.Join(problems...)
}

// text makes a Markdown file into blocks, with its figures put in and its
// claims tried.
func (o Own) text(r Report, s Section) ([]document.Block, error) {
	name := "report/" + s.File
	if !fs.ValidPath(name) || strings.Contains(s.File, "/") {
		return nil, fmt.Errorf("report.toml: the file %q is not one under report/", s.File)
	}
	body, err := fs.ReadFile(o.files, name)
	if err != nil {
		return nil, err
	}
	if len(body) > maxText {
		return nil, fmt.Errorf("%s: %d bytes, at most %d are read", name, len(body), maxText)
	}
	t, err := template.New(name).Option("missingkey=error").Funcs(r.functions()).Parse(string(body))
	if err != nil {
		return nil, placed(err)
	}
	if err := plainPlaceholders(t); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, nil); err != nil {
		return nil, placed(err)
	}
	return markdown(s.File, out.Bytes()), nil
}

// plainPlaceholders refuses all that a template can be beside text with figures
// in it: loops, conditions and the language's own functions have no place in a
// report, and some of them have no end.
func plainPlaceholders(t *template.Template) error {
	for _, one := range t.Templates() {
		if one.Name() != t.Name() {
			return fmt.Errorf("%s: a template within the text is nothing that a report can have", t.Name())
		}
	}
	if t.Tree == nil {
		return nil // an empty text
	}
	for _, node := range t.Root.Nodes {
		action, ok := node.(*parse.ActionNode)
		if kind := node.Type(); kind == parse.NodeText || kind == parse.NodeComment || ok && placeholder(action) {
			continue
		}
		where, _ := t.ErrorContext(node)
		return fmt.Errorf("%s: %s: between {{ and }} stand value, year, county, report or claim, and nothing else", where, node)
	}
	return nil
}

// placeholder tells whether an action is one of ours with plain arguments.
func placeholder(node *parse.ActionNode) bool {
	if len(node.Pipe.Cmds) != 1 || len(node.Pipe.Decl) > 0 {
		return false
	}
	args := node.Pipe.Cmds[0].Args
	name, ok := args[0].(*parse.IdentifierNode)
	if !ok || !slices.Contains([]string{"value", "year", "county", "report", "claim"}, name.Ident) {
		return false
	}
	return !slices.ContainsFunc(args[1:], func(arg parse.Node) bool {
		kind := arg.Type()
		return kind != parse.NodeString && kind != parse.NodeNumber && arg.String() != "since"
	})
}

// placed takes the template package's own words off an error, and keeps file
// and line.
func placed(err error) error {
	text := strings.TrimPrefix(err.Error(), "template: ")
	text = regexp.MustCompile(`: executing "[^"]*" at <[^>]*>: error calling \w+: `).ReplaceAllString(text, ": ")
	return errors.New(text)
}

// functions are what a text may say between {{ and }}.
func (r Report) functions() template.FuncMap {
	return template.FuncMap{
		"value": func(id string, sex ...string) (string, error) {
			i, v, err := r.figure(id, sex...)
			return i.printed(v.Value), err
		},
		"year": func(id string, sex ...string) (int, error) {
			_, v, err := r.figure(id, sex...)
			return v.Year, err
		},
		"county": func() string { return r.CountyName },
		"report": func() int { return r.Year },
		"since":  func() since { return since{} },
		"claim":  r.claim,
	}
}

// since is the word before a claim's year.
type since struct{}

// figure is the county's latest figure of an indicator, of the sex named in
// Swedish. What is told by sex must be asked for by one: the text around it says
// whose it is.
func (r Report) figure(id string, sex ...string) (Indicator, Value, error) {
	i, ok := r.named(id)
	if !ok {
		return i, Value{}, fmt.Errorf("there is no indicator %q", id)
	}
	told := i.told(r.County)
	if len(sex) > 0 {
		told = slices.DeleteFunc([]string{"women", "men"}, func(code string) bool { return sexName(code) != sex[0] })
	}
	if len(sex) > 1 || len(told) != 1 {
		return i, Value{}, fmt.Errorf("%s %q: want one sex, kvinnor or män, after the indicator; only what exists for both together has none", id, sex)
	}
	v, ok := i.latest(r.County, told[0])
	if !ok {
		return i, v, fmt.Errorf("%s has no figure for %s: %s", id, i.words.bySex(r.CountyName, told[0]), i.Reason)
	}
	return i, v, nil
}

// whose takes the sex off what follows the indicator, where one is named.
func whose(rest []any) (sex []string, after []any) {
	if len(rest) > 0 {
		if name, ok := rest[0].(string); ok {
			return []string{name}, rest[1:]
		}
	}
	return nil, rest
}

// markdown takes headings, paragraphs and lists; anything else is its text.
func markdown(file string, source []byte) []document.Block {
	root := goldmark.DefaultParser().Parse(goldtext.NewReader(source))
	var blocks []document.Block
	n := 0
	for node := root.FirstChild(); node != nil; node = node.NextSibling() {
		switch node := node.(type) {
		case *ast.Heading:
			n++
			id := fmt.Sprintf("text-%s-%d", regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(strings.TrimSuffix(file, ".md")), "-"), n)
			blocks = append(blocks, heading(min(node.Level, 4), id, flat(spans(node, source))))
		case *ast.List:
			var list document.List
			for item := node.FirstChild(); item != nil; item = item.NextSibling() {
				list.Items = append(list.Items, spans(item, source))
			}
			blocks = append(blocks, list)
		case *ast.Blockquote:
			blocks = append(blocks, document.Paragraph{Style: document.Boxed, Text: spans(node, source)})
		default:
			blocks = append(blocks, document.Paragraph{Text: spans(node, source)})
		}
	}
	return blocks
}

func flat(all []document.Span) string {
	var text strings.Builder
	for _, s := range all {
		text.WriteString(s.Text)
	}
	return text.String()
}

// spans are the texts under a node, with what is bold or a link.
func spans(node ast.Node, source []byte) []document.Span {
	var all []document.Span
	add := func(s document.Span) {
		if k := len(all) - 1; k >= 0 && all[k].Bold == s.Bold && all[k].Link == s.Link {
			all[k].Text += s.Text
			return
		}
		all = append(all, s)
	}
	var walk func(node ast.Node, bold bool, link string)
	walk = func(node ast.Node, bold bool, link string) {
		for child := node.FirstChild(); child != nil; child = child.NextSibling() {
			switch child := child.(type) {
			case *ast.Text:
				add(document.Span{Text: string(child.Segment.Value(source)), Bold: bold, Link: link})
				if child.SoftLineBreak() || child.HardLineBreak() {
					add(document.Span{Text: " ", Bold: bold, Link: link})
				}
			case *ast.String:
				add(document.Span{Text: string(child.Value), Bold: bold, Link: link})
			case *ast.Emphasis:
				walk(child, bold || child.Level > 1, link)
			case *ast.Link:
				walk(child, bold, safe(string(child.Destination)))
			case *ast.AutoLink:
				address := string(child.URL(source))
				add(document.Span{Text: address, Bold: bold, Link: safe(address)})
			default:
				walk(child, bold, link)
			}
		}
	}
	walk(node, false, "")
	return all
}

// safe is an address that may stand in a report; anything else is only text.
func safe(address string) string {
	starts := []string{"https://", "http://", "mailto:", "#"}
	if !slices.ContainsFunc(starts, func(start string) bool { return strings.HasPrefix(address, start) }) {
		return ""
	}
	return address
}

//go:build duckdb_arrow

package warehouse

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Only Text and Quote join text into SQL: every string that a statement is made
// of is a constant, a number, a file of the SQL library or what those two
// return. The statement of `effekt sql` is the one exception.
func TestNothingIsJoinedIntoSQLUnquoted(t *testing.T) {
	t.Parallel()
	f := newFlow(t)
	if f.followStatements() == 0 {
		t.Error("no call of the driver was found")
	}
	for _, leaf := range f.outside {
		t.Errorf("%s: %s", f.fset.Position(leaf.pos), leaf.why)
	}
}

// The comment of each function in testdata/quoting.txt says whether the rule
// refuses it.
func TestQuotingRuleFindsWhatItIsFor(t *testing.T) {
	t.Parallel()
	f := newFlow(t)
	file, err := parser.ParseFile(f.fset, filepath.Join("testdata", "quoting.txt"), nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	f.check(t, "effekt/quoting", []*ast.File{file})
	f.followStatements()
	for _, decl := range file.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || function.Doc == nil {
			continue
		}
		refused := slices.ContainsFunc(f.outside, func(l leaf) bool { return function.Pos() <= l.pos && l.pos < function.End() })
		if want := strings.Contains(function.Doc.Text(), "is refused"); refused != want {
			t.Errorf("%s: refused %t, want %t", function.Name.Name, refused, want)
		}
	}
}

// newFlow type-checks the program from source, without its tests; all else comes
// from the compiler's export data.
func newFlow(t *testing.T) *flow {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-tags=duckdb_arrow", "-deps", "-export",
		"-f", "{{.ImportPath}}\t{{.Export}}\t{{.Dir}}\t{{join .GoFiles \" \"}}", "effekt/...")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	exports := map[string]string{}
	f := &flow{
		fset: token.NewFileSet(), own: map[string]*types.Package{},
		info: &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{}, Instances: map[*ast.Ident]types.Instance{},
		},
		bodies: map[types.Object]*function{}, params: map[types.Object]param{}, writes: map[types.Object][]write{},
		calls: map[types.Object][]*ast.CallExpr{}, seen: map[visit]bool{}, tagged: map[types.Object]bool{},
	}
	f.compiled = importer.ForCompiler(f.fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		exports[fields[0]] = fields[1]
		if !strings.HasPrefix(fields[0], "effekt/") {
			continue
		}
		var files []*ast.File
		for name := range strings.FieldsSeq(fields[3]) {
			file, err := parser.ParseFile(f.fset, filepath.Join(fields[2], name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		f.check(t, fields[0], files)
	}
	return f
}

func (f *flow) check(t *testing.T, path string, files []*ast.File) {
	t.Helper()
	checked, err := (&types.Config{Importer: f}).Check(path, f.fset, files, f.info)
	if err != nil {
		t.Fatal(err)
	}
	f.own[path] = checked
	for _, file := range files {
		f.index(file)
	}
}

// Import is of the program itself, or compiled.
func (f *flow) Import(path string) (*types.Package, error) {
	if own := f.own[path]; own != nil {
		return own, nil
	}
	return f.compiled.Import(path)
}

// followStatements follows each statement that is handed to the driver back to
// what it is made of, and returns how many there are.
func (f *flow) followStatements() (sinks int) {
	drivers := []string{"database/sql", "database/sql/driver", "github.com/duckdb/duckdb-go/v2"}
	for called, calls := range f.calls {
		if called.Pkg() == nil || !slices.Contains(drivers, called.Pkg().Path()) {
			continue
		}
		signature, ok := called.Type().(*types.Signature)
		for i := 0; ok && i < signature.Params().Len(); i++ {
			if !isText(signature.Params().At(i).Type()) {
				continue
			}
			for _, call := range calls {
				sinks++
				f.follow(call.Args[i], nil)
			}
		}
	}
	return sinks
}

// allowed is text of which a statement may be made though the program does not
// write it.
func allowed(o types.Object, place string) bool {
	switch {
	case o.Pkg() != nil && o.Pkg().Path() == "effekt/sql":
		// The library's files are SQL; their names are checked when they are read.
		return slices.Contains([]string{"Query"}, o.Name())
	case o.Name() == "args":
		return strings.HasSuffix(place, "cmd/effekt/sql.go")
	}
	return false
}

// refuse notes text from outside, with the lines on its way into the statement.
func (f *flow) refuse(at ast.Node, why string, args ...any) {
	if slices.ContainsFunc(f.outside, func(l leaf) bool { return l.pos == at.Pos() }) {
		return
	}
	var way []string
	for _, pos := range slices.Backward(f.way) {
		place := f.fset.Position(pos)
		way = append(way, fmt.Sprintf("%s:%d", filepath.Base(place.Filename), place.Line))
	}
	f.outside = append(f.outside, leaf{at.Pos(), fmt.Sprintf(why, args...) + " becomes part of a SQL statement without Text or Quote, by " + strings.Join(slices.Compact(way), " → ")})
}

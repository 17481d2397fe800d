//go:build duckdb_arrow

package warehouse

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// flow follows text back through a program to where it comes from: through
// variables, fields, parameters and results, whatever the order in which they
// are written. A field is one for all values of its type.
type flow struct {
	fset     *token.FileSet
	info     *types.Info
	own      map[string]*types.Package
	compiled types.Importer
	bodies   map[types.Object]*function
	params   map[types.Object]param
	writes   map[types.Object][]write // what a variable, parameter or field is set to
	calls    map[types.Object][]*ast.CallExpr
	tagged   map[types.Object]bool // fields that are read from a file or a table
	seen     map[visit]bool
	way      []token.Pos // from the driver's call to what is being followed
	outside  []leaf
}

type (
	function struct {
		signature *types.Signature
		body      *ast.BlockStmt
	}
	// param is the index of a function's parameter, -1 for the receiver.
	param struct {
		of    types.Object
		index int
	}
	// write is a value, or the nth result of a call.
	write struct {
		value  ast.Expr
		result int
	}
	// frame is a call that is being followed into, so that a parameter is what
	// this call gives it.
	frame struct {
		call *ast.CallExpr
		to   types.Object
		up   *frame
	}
	visit struct {
		node ast.Node
		call [4]*ast.CallExpr
		nth  int
	}
	leaf struct {
		pos token.Pos
		why string
	}
)

// follow finds what text an expression may be made of.
func (f *flow) follow(e ast.Expr, in *frame) {
	f.way = append(f.way, e.Pos())
	defer func() { f.way = f.way[:len(f.way)-1] }()
	of := f.info.Types[e]
	if of.Value != nil || of.IsNil() || of.Type == nil || !f.first(e, in, 0) {
		return
	}
	if written := methodOf(of.Type, "String"); written != nil && !isText(of.Type) {
		f.results(e, written, &frame{to: written, call: &ast.CallExpr{Fun: &ast.SelectorExpr{X: e, Sel: ast.NewIdent("String")}}, up: in}, 0)
		return
	}
	if !holdsText(of.Type) {
		return
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		f.follow(e.X, in)
	case *ast.BinaryExpr:
		f.follow(e.X, in)
		f.follow(e.Y, in)
	case *ast.IndexExpr:
		f.follow(e.X, in)
	case *ast.SliceExpr:
		f.follow(e.X, in)
	case *ast.StarExpr:
		f.follow(e.X, in)
	case *ast.CompositeLit:
		for _, element := range e.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				if f.info.Types[pair.Key].Type != nil {
					f.follow(pair.Key, in)
				}
				element = pair.Value
			}
			f.follow(element, in)
		}
	case *ast.Ident:
		f.object(e, f.root(e), in)
	case *ast.SelectorExpr:
		f.object(e, f.root(e), in)
	case *ast.CallExpr:
		f.result(e, in, 0)
	case *ast.FuncLit:
	default:
		f.refuse(e, "%T", e)
	}
}

// first tells whether something is followed for the first time in its frame.
func (f *flow) first(n ast.Node, in *frame, nth int) bool {
	v := visit{node: n, nth: nth}
	for i := 0; i < len(v.call) && in != nil; i, in = i+1, in.up {
		v.call[i] = in.call
	}
	defer func() { f.seen[v] = true }()
	return !f.seen[v]
}

// object follows a variable, parameter or field.
func (f *flow) object(at ast.Expr, o types.Object, in *frame) {
	if allowed(o, f.fset.Position(at.Pos()).Filename) {
		return
	}
	if p, ok := f.params[o]; ok {
		f.parameter(at, p, in)
	}
	switch v, ok := o.(*types.Var); {
	case f.tagged[o]:
		f.refuse(at, "%s, which is read from a file or a table,", o.Name())
		return
	case o.Pkg() != nil && f.own[o.Pkg().Path()] == nil:
		f.refuse(at, "%s.%s", o.Pkg().Name(), o.Name())
		return
	case ok && v.IsField():
		in = nil
	}
	for _, w := range f.writes[o] {
		if call, ok := w.value.(*ast.CallExpr); ok && w.result > 0 {
			f.result(call, in, w.result)
			continue
		}
		if address, ok := w.value.(*ast.UnaryExpr); ok && address.Op == token.AND && f.root(address.X) == o {
			f.refuse(at, "%s, which something else writes to,", o.Name())
			continue
		}
		f.follow(w.value, in)
	}
}

// parameter follows what the calls of a function give it: the one that is being
// followed into, or all.
func (f *flow) parameter(at ast.Expr, p param, in *frame) {
	for up := in; up != nil; up = up.up {
		if up.to == p.of {
			f.argument(up.call, p, up.up)
			return
		}
	}
	calls := f.callsOf(p.of)
	if len(calls) == 0 {
		f.refuse(at, "a parameter of %s, whose calls are not seen,", p.of.Name())
	}
	for _, call := range calls {
		f.argument(call, p, nil)
	}
}

func (f *flow) argument(call *ast.CallExpr, p param, in *frame) {
	if p.index < 0 {
		if method, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			f.follow(method.X, in)
		}
		return
	}
	variadic := f.bodies[p.of].signature.Variadic() && p.index == f.bodies[p.of].signature.Params().Len()-1
	for i, value := range call.Args {
		if i == p.index || variadic && i > p.index {
			f.follow(value, in)
		}
	}
}

// callsOf are the calls of a function, also as a method of an interface.
func (f *flow) callsOf(o types.Object) []*ast.CallExpr {
	all := slices.Clone(f.calls[o])
	for called, calls := range f.calls {
		if called != o && called.Name() == o.Name() && implements(o, called) {
			all = append(all, calls...)
		}
	}
	return all
}

// result follows the nth result of a call.
func (f *flow) result(call *ast.CallExpr, in *frame, nth int) {
	if conversion := f.info.Types[call.Fun]; conversion.IsType() {
		f.follow(call.Args[0], in)
		return
	}
	o := f.callee(call)
	if o == nil || o.Pkg() != nil && o.Pkg().Path() == "effekt/pipeline/warehouse" && (o.Name() == "Text" || o.Name() == "Quote") {
		return
	}
	if method, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && o.Name() == "String" && isBuilder(f.info.Types[method.X].Type) {
		f.object(call, f.root(method.X), in)
		return
	}
	f.results(call, o, &frame{call, o, in}, nth)
}

// results follows what a function returns into the frame of its call.
func (f *flow) results(at ast.Expr, o types.Object, in *frame, nth int) {
	found := false
	for candidate, b := range f.bodies {
		if candidate == o || candidate.Name() == o.Name() && implements(candidate, o) {
			found = true
			f.returned(b, &frame{in.call, candidate, in.up}, nth)
		}
	}
	passing := []string{"fmt", "strings", "slices", "maps", "cmp", "strconv", "time", "path/filepath", "path"}
	switch {
	case found:
	case o.Name() == "make":
	case o.Pkg() == nil || slices.Contains(passing, o.Pkg().Path()): // what goes in comes out
		for _, value := range in.call.Args {
			f.follow(value, in.up)
		}
	default:
		f.refuse(at, "what %s.%s returns", o.Pkg().Name(), o.Name())
	}
}

func (f *flow) returned(b *function, in *frame, nth int) {
	if !f.first(b.body, in, nth) {
		return
	}
	named := b.signature.Results().At(nth)
	ast.Inspect(b.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			switch {
			case len(n.Results) == 0:
				f.object(ast.NewIdent(named.Name()), named, in)
			case len(n.Results) == 1 && nth > 0:
				f.result(n.Results[0].(*ast.CallExpr), in, nth)
			default:
				f.follow(n.Results[nth], in)
			}
		}
		return true
	})
}

func isText(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsString != 0
}

// holdsText tells whether text can be in a value as it is, or in its elements;
// fields are followed where they are named.
func holdsText(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Info()&types.IsString != 0
	case *types.Slice:
		return holdsText(t.Elem())
	case *types.Array:
		return holdsText(t.Elem())
	case *types.Pointer:
		return holdsText(t.Elem())
	case *types.Map:
		return holdsText(t.Key()) || holdsText(t.Elem())
	case *types.Struct:
		return false
	}
	return true
}

func isBuilder(t types.Type) bool { return t != nil && deref(t).String() == "strings.Builder" }

func deref(t types.Type) types.Type {
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		return pointer.Elem()
	}
	return t
}

// methodOf is the program's own method of a type.
func methodOf(t types.Type, name string) types.Object {
	named, ok := deref(t).(*types.Named)
	if !ok || !strings.HasPrefix(named.Obj().Pkg().Path(), "effekt/") {
		return nil
	}
	o, _, _ := types.LookupFieldOrMethod(types.NewPointer(named), true, named.Obj().Pkg(), name)
	if method, ok := o.(*types.Func); ok {
		return method.Origin()
	}
	return nil
}

// implements tells whether a method is one of those that an interface's may be.
func implements(method, of types.Object) bool {
	concrete, ok1 := method.Type().(*types.Signature)
	abstract, ok2 := of.Type().(*types.Signature)
	if !ok1 || !ok2 || concrete.Recv() == nil || abstract.Recv() == nil {
		return false
	}
	i, ok := abstract.Recv().Type().Underlying().(*types.Interface)
	return ok && types.Implements(types.NewPointer(deref(concrete.Recv().Type())), i)
}

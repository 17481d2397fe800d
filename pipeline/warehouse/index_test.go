//go:build duckdb_arrow

package warehouse

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// index notes what the file writes, calls and declares.
func (f *flow) index(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			o := f.info.Defs[n.Name]
			f.declare(o, o.Type().(*types.Signature), n.Body)
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				f.assign(left, n.Rhs, i)
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				f.assign(name, n.Values, i)
			}
		case *ast.RangeStmt:
			for _, left := range []ast.Expr{n.Key, n.Value} {
				if left != nil {
					f.assign(left, []ast.Expr{n.X}, 0)
				}
			}
		case *ast.StructType:
			for _, field := range n.Fields.List {
				for _, name := range field.Names {
					f.tagged[f.info.Defs[name]] = field.Tag != nil
				}
			}
		case *ast.CompositeLit:
			f.composite(n)
		case *ast.CallExpr:
			f.called(n)
		case *ast.UnaryExpr:
			if o := f.root(n.X); n.Op == token.AND && o != nil && holdsText(o.Type()) {
				f.writes[o] = append(f.writes[o], write{n, 0}) // anybody may write to it
			}
		}
		return true
	})
}

func (f *flow) declare(o types.Object, s *types.Signature, body *ast.BlockStmt) {
	f.bodies[o] = &function{s, body}
	if s.Recv() != nil {
		f.params[s.Recv()] = param{o, -1}
	}
	for i := range s.Params().Len() {
		f.params[s.Params().At(i)] = param{o, i}
	}
}

func (f *flow) assign(left ast.Expr, values []ast.Expr, i int) {
	o := f.root(left)
	if index, ok := left.(*ast.IndexExpr); ok && o != nil {
		f.write(o, write{index.Index, 0}) // the key of a map
	}
	switch {
	case o == nil || len(values) == 0:
	case len(values) == 1:
		f.write(o, write{values[0], i})
	default:
		f.write(o, write{values[i], 0})
	}
}

// write notes what o is set to; a function literal can then be called as o.
func (f *flow) write(o types.Object, w write) {
	f.writes[o] = append(f.writes[o], w)
	if literal, ok := w.value.(*ast.FuncLit); ok {
		f.declare(o, f.info.Types[literal].Type.(*types.Signature), literal.Body)
	}
}

func (f *flow) composite(n *ast.CompositeLit) {
	record, ok := deref(f.info.Types[n].Type).Underlying().(*types.Struct)
	for i, element := range n.Elts {
		pair, keyed := element.(*ast.KeyValueExpr)
		switch {
		case ok && keyed:
			f.write(f.info.Uses[pair.Key.(*ast.Ident)], write{pair.Value, 0})
		case ok:
			f.write(record.Field(i), write{element, 0})
		}
	}
}

// called notes a call, and what it gives the function's parameters. What is
// written to a strings.Builder is written to its variable.
func (f *flow) called(call *ast.CallExpr) {
	o := f.callee(call)
	if o == nil {
		return
	}
	f.calls[o] = append(f.calls[o], call)
	var to ast.Expr
	values := call.Args
	switch method, _ := ast.Unparen(call.Fun).(*ast.SelectorExpr); {
	case strings.HasPrefix(o.Name(), "Write") && method != nil && isBuilder(f.info.Types[method.X].Type):
		to = method.X
	case strings.HasPrefix(o.Name(), "Fprint") && len(call.Args) > 0 && isBuilder(f.info.Types[call.Args[0]].Type):
		to, values = call.Args[0], call.Args[1:]
	case strings.EqualFold(o.Name(), "copy") && len(call.Args) == 2: // the builtin, and of maps
		to, values = call.Args[0], call.Args[1:]
	}
	for _, value := range values {
		if into := f.root(to); into != nil {
			f.write(into, write{value, 0})
		}
	}
	signature, ok := o.Type().(*types.Signature)
	for i, value := range call.Args {
		if literal, is := value.(*ast.FuncLit); is && ok && i < signature.Params().Len() {
			f.write(signature.Params().At(i), write{literal, 0})
		}
	}
}

// root is the variable or field that an expression lies in.
func (f *flow) root(e ast.Expr) types.Object {
	switch e := e.(type) {
	case *ast.Ident:
		if o := f.info.Defs[e]; o != nil {
			return o
		}
		return f.info.Uses[e]
	case *ast.SelectorExpr:
		return origin(f.info.Uses[e.Sel])
	case *ast.IndexExpr:
		return f.root(e.X)
	case *ast.StarExpr:
		return f.root(e.X)
	case *ast.ParenExpr:
		return f.root(e.X)
	case *ast.UnaryExpr:
		return f.root(e.X)
	}
	return nil
}

// callee is the function, method or function variable that is called.
func (f *flow) callee(call *ast.CallExpr) types.Object {
	fun := ast.Unparen(call.Fun)
	if index, ok := fun.(*ast.IndexExpr); ok && f.info.Types[index.X].IsValue() {
		fun = index.X // Select[T]
	}
	switch fun.(type) {
	case *ast.Ident, *ast.SelectorExpr:
		return origin(f.root(fun))
	}
	return nil
}

func origin(o types.Object) types.Object {
	switch o := o.(type) {
	case *types.Func:
		return o.Origin()
	case *types.Var:
		return o.Origin()
	}
	return o
}

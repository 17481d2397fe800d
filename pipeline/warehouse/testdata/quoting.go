// Package quoting is what TestQuotingRuleFindsWhatItIsFor is run against.
package quoting

import (
	"context"
	"fmt"
	"os"
	"strings"

	"effekt/pipeline/warehouse"
)

type row struct {
	name   string
	column string `column:"column"`
}

// constants passes.
func constants(ctx context.Context, b *warehouse.Build, n int) error {
	return b.Exec(ctx, fmt.Sprintf("select %d from %s", n, "a.b")+" limit 1")
}

// quoted passes.
func quoted(ctx context.Context, b *warehouse.Build, args []string) error {
	var all []string
	for _, arg := range args {
		all = append(all, warehouse.Quote(arg)+" = "+warehouse.Text(arg))
	}
	return b.Exec(ctx, "select "+strings.Join(all, " and "))
}

// formatted is refused.
func formatted(ctx context.Context, b *warehouse.Build) error {
	return b.Exec(ctx, fmt.Sprintf("select '%s'", os.Args[1]))
}

// joined is refused.
func joined(ctx context.Context, r *warehouse.Reader) error {
	where := "a = '" + os.Getenv("A") + "'"
	_, err := warehouse.Select[row](ctx, r, "select a from b where "+where)
	return err
}

// built is refused.
func built(ctx context.Context, r *warehouse.Reader) error {
	var b strings.Builder
	fmt.Fprintf(&b, "select %v", os.Args)
	_, err := r.Query(ctx, b.String(), 0)
	return err
}

// viaField is refused.
func viaField(ctx context.Context, b *warehouse.Build) error {
	one := row{name: os.Args[0]}
	return select1(ctx, b, one.name)
}

// viaFunction is refused.
func viaFunction(ctx context.Context, b *warehouse.Build) error {
	return select1(ctx, b, same(strings.ToLower(os.Args[0])))
}

// viaFunctionQuoted passes.
func viaFunctionQuoted(ctx context.Context, b *warehouse.Build) error {
	return select1(ctx, b, same(warehouse.Text(os.Args[0])))
}

// read is refused.
func read(ctx context.Context, b *warehouse.Build) error {
	rows, err := warehouse.Select[row](ctx, b, "select 1 as column")
	if err != nil {
		return err
	}
	for _, one := range rows {
		err = select1(ctx, b, one.column)
	}
	return err
}

// viaInterface is refused.
func viaInterface(ctx context.Context, b *warehouse.Build) error {
	var q interface {
		Exec(ctx context.Context, statements string) error
	} = b
	return q.Exec(ctx, os.Args[0])
}

// viaClosure is refused.
func viaClosure(ctx context.Context, b *warehouse.Build) error {
	run := func(what string) error { return b.Exec(ctx, what) }
	return run(os.Getenv("A"))
}

// scanned is refused.
func scanned(ctx context.Context, b *warehouse.Build) error {
	var text string
	fmt.Sscan("a", &text)
	return b.Exec(ctx, text)
}

func same(s string) string { return s }

func select1(ctx context.Context, b *warehouse.Build, what string) error {
	return b.Exec(ctx, "select "+what)
}

package kolada

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"strconv"

	"effekt/sources"
)

// maxPages bounds the pages of one request. The largest block (25 KPIs, 25
// regions, 25 years) has 15 625 records: 4 pages of 5 000, 157 of 100.
const maxPages = 1000

// pages calls r and all pages that follow it, and yields after each. read
// decodes each body, once, as the request's check: what it last decoded is the
// page that was let in. The sequence ends with the first error. That pages which
// came whole do not follow one another is a refusal: asking anew may help, to
// read the same pages once more cannot.
func pages(ctx context.Context, ask sources.Caller, r sources.Request, read func([]byte) (envelope, error)) iter.Seq[error] {
	return func(yield func(error) bool) {
		before := ""
		for page := 1; ; page++ {
			var e envelope
			r.Check = func(body []byte) (err error) {
				if e, err = read(body); err == nil && e.count >= 0 && e.count != e.objects {
					err = fmt.Errorf("the page's count is %d, and it has %d records", e.count, e.objects)
				}
				return err
			}
			if _, err := ask.Call(ctx, r); err != nil {
				yield(err)
				return
			}
			next, err := e.follow(r.URL, page, before)
			if err != nil {
				yield(sources.Refuse(fmt.Errorf("%s: the pages do not follow one another: %w", r.URL, err)))
				return
			}
			if !yield(nil) || next == "" {
				return
			}
			r.URL, before = next, e.next
		}
	}
}

// follow returns the address of the page after this one, "" when it is the last.
// Only the paging parameters of next_url are used: its host may be one that a
// proxy made up, and its path has nothing to add. Pages must come one after
// another; anything else would lose records or never end.
func (e envelope) follow(address string, page int, before string) (string, error) {
	if e.next == "" {
		return "", nil
	}
	if e.objects == 0 {
		return "", fmt.Errorf("page %d is empty, yet next_url is %q", page, e.next)
	}
	wrong := func(why string) (string, error) { return "", fmt.Errorf("page %d: next_url %s: %q", page, why, e.next) }
	next, err := url.Parse(e.next)
	if err != nil {
		return wrong("cannot be read")
	}
	number := page + 1
	if text := next.Query().Get("page"); text != "" {
		if number, err = strconv.Atoi(text); err != nil {
			return wrong("cannot be read")
		}
	}
	switch {
	case number <= page || e.next == before:
		return wrong("goes in a circle")
	case number > page+1:
		return wrong("skips pages")
	case number > maxPages:
		return "", fmt.Errorf("more than %d pages", maxPages)
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	query := u.Query()
	query.Set("page", strconv.Itoa(number))
	if size := next.Query().Get("per_page"); size != "" {
		query.Set("per_page", size)
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}

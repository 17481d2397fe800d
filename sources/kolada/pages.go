package kolada

import (
	"context"
	"effekt/sources"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strconv"
)

// maxPages bounds the pages of one request. The largest block (25 KPIs, 25
// regions, 25 years) has 15 625 records: 4 pages of 5 000, 157 of 100.
const maxPages = 1000

// errPages says that pages which came whole do not follow one another. Asking
// anew may help; to read the same pages once more cannot.
var errPages = errors.New("the pages do not follow one another")

// envelope is what surrounds the objects of any page.
type envelope struct {
	// next is next_url as sent; "" on the last page (null, missing or empty).
	next string
	// count is Kolada's own count of objects on this page, -1 when absent. It
	// is not the total, whatever its name suggests.
	count int
	// objects is the number of objects that were read: of data one per KPI, region
	// and year.
	objects int
}

// pages calls first and all pages that follow it, and yields after each. read
// decodes each body, once, as the request's check: what it last decoded is the
// page that was let in. The sequence ends with the first error.
func (s Source) pages(ctx context.Context, ask sources.Caller, first sources.Request, read func([]byte) (envelope, error)) iter.Seq[error] {
	return func(yield func(error) bool) {
		w, err := newWalk(first.URL)
		for r := first; err == nil; {
			var e envelope
			r.Check = func(body []byte) (err error) {
				e, err = whole(read(body))
				return err
			}
			if _, err = ask.Call(ctx, r); err != nil {
				break
			}
			at := r.URL
			if r.URL, err = w.follow(e); err != nil {
				err = fmt.Errorf("%s: %w: %w", at, errPages, err)
				break
			}
			if !yield(nil) || r.URL == "" {
				return
			}
		}
		yield(err)
	}
}

// whole refuses a page that has not as many objects as it says itself.
func whole(e envelope, err error) (envelope, error) {
	if err == nil && e.count >= 0 && e.count != e.objects {
		err = fmt.Errorf("the page's count is %d, and it has %d records", e.count, e.objects)
	}
	return e, err
}

// walk goes from page to page of one request.
type walk struct {
	address *url.URL
	page    int
	seen    map[string]bool // every next_url so far
}

func newWalk(first string) (*walk, error) {
	address, err := url.Parse(first)
	if err != nil {
		return nil, err
	}
	return &walk{address: address, page: 1, seen: map[string]bool{}}, nil
}

// follow returns the address of the page after e, "" when e is the last. Only
// the paging parameters of next_url are used: its host may be one that a proxy
// made up, and its path has nothing to add. Pages must come one after another;
// anything else would lose records or never end.
func (w *walk) follow(e envelope) (string, error) {
	if e.next == "" {
		return "", nil
	}
	if e.objects == 0 {
		return "", fmt.Errorf("page %d is empty, yet next_url is %q", w.page, e.next)
	}
	if w.seen[e.next] {
		return "", fmt.Errorf("page %d: next_url goes in a circle: %q", w.page, e.next)
	}
	w.seen[e.next] = true
	query, err := w.query(e.next)
	if err != nil {
		return "", err
	}
	if w.page++; w.page > maxPages {
		return "", fmt.Errorf("more than %d pages", maxPages)
	}
	w.address.RawQuery = query.Encode()
	return w.address.String(), nil
}

// query returns the query of the page that next names.
func (w *walk) query(next string) (url.Values, error) {
	u, err := url.Parse(next)
	if err != nil {
		return nil, fmt.Errorf("page %d: next_url %q cannot be read", w.page, next)
	}
	number := w.page + 1
	if text := u.Query().Get("page"); text != "" {
		if number, err = strconv.Atoi(text); err != nil {
			return nil, fmt.Errorf("page %d: next_url %q cannot be read", w.page, next)
		}
	}
	if number <= w.page {
		return nil, fmt.Errorf("page %d: next_url goes in a circle: %q", w.page, next)
	}
	if number > w.page+1 {
		return nil, fmt.Errorf("page %d: next_url skips pages: %q", w.page, next)
	}
	query := w.address.Query()
	query.Set("page", strconv.Itoa(number))
	if size := u.Query().Get("per_page"); size != "" {
		query.Set("per_page", size)
	}
	return query, nil
}

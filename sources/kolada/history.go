package kolada

import (
	"errors"
	"fmt"
	"slices"
)

// history remembers every row that has been read, so that a row which comes
// twice is known. Rows of a record come together, so one look-up serves all
// its genders.
type history struct {
	spans  map[uint64]span // by recordKey.packed
	blocks [][]figure
}

// blockRows is the size of a block. Blocks are filled and never moved: a slice
// that grows would copy everything several times over.
const blockRows = 8192

// recordKey is a record's key by the positions of its texts.
type recordKey struct{ kpi, area, year int32 }

// maxCodes is how many KPIs, and how many areas, packed can tell apart. Kolada
// has some 6 000 of the one and 4 000 of the other, groups included.
const maxCodes = 1 << 24

// packed is the key as one number, which a map finds fastest. A year is below
// 2^16.
func (k recordKey) packed() uint64 {
	return uint64(k.kpi)<<40 | uint64(k.area)<<16 | uint64(k.year)
}

// span is where the rows of a record are.
type span struct{ block, from, to int32 }

// figure is one gender's row of a record: what two rows of the same key must
// agree on.
type figure struct {
	value                                  float64
	count                                  int64
	gender, status                         int32
	hasValue, hasCount, hasStatus, deleted bool
}

func newHistory() *history { return &history{spans: map[uint64]span{}} }

// conflictError is two figures for the same key.
type conflictError struct{ before, now figure }

func (c *conflictError) Error() string { return "comes twice with different figures" }

// fresh remembers the rows of a record and returns those that are new. Its
// error is a *conflictError.
func (h *history) fresh(key recordKey, rows []figure) ([]figure, error) {
	known, again := h.spans[key.packed()]
	if !again && distinctGenders(rows) {
		h.put(key, rows)
		return rows, nil
	}
	var merged, fresh []figure
	if again {
		merged = slices.Clone(h.blocks[known.block][known.from:known.to])
	}
	for _, r := range rows {
		i := slices.IndexFunc(merged, func(m figure) bool { return m.gender == r.gender })
		switch {
		case i < 0:
			merged, fresh = append(merged, r), append(fresh, r)
		case merged[i] != r:
			return nil, &conflictError{before: merged[i], now: r}
		}
	}
	if fresh != nil {
		h.put(key, merged)
	}
	return fresh, nil
}

// put stores the rows of a record.
func (h *history) put(key recordKey, rows []figure) {
	last := len(h.blocks) - 1
	if last < 0 || cap(h.blocks[last])-len(h.blocks[last]) < len(rows) {
		h.blocks = append(h.blocks, make([]figure, 0, max(blockRows, len(rows))))
		last++
	}
	from := len(h.blocks[last])
	h.blocks[last] = append(h.blocks[last], rows...)
	h.spans[key.packed()] = span{int32(last), int32(from), int32(from + len(rows))}
}

func distinctGenders(rows []figure) bool {
	for i := range rows {
		for j := range i {
			if rows[i].gender == rows[j].gender {
				return false
			}
		}
	}
	return true
}

// named puts the key and the figures of a conflict in words.
func (v *valueBatches) named(err error, k Key) error {
	var c *conflictError
	if !errors.As(err, &c) {
		return err
	}
	return fmt.Errorf("kpi %s, municipality %s, year %d, gender %s comes twice: as %s and as %s",
		k.KPI, k.Municipality, k.Year, v.genders.Texts[c.now.gender], v.words(c.before), v.words(c.now))
}

// words is the figure in a message.
func (v *valueBatches) words(f figure) string {
	if f.deleted {
		return "deleted"
	}
	value := "null"
	if f.hasValue {
		value = fmt.Sprint(f.value)
	}
	return fmt.Sprintf("%s (count %d, status %q)", value, f.count, v.statuses.Texts[f.status])
}

package config

import (
	"encoding"
	"reflect"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// spelling finds keys in another case than the documented one, which the
// decoder lets pass: "Table" beside "table" would be two values of one setting.
func (l *loader) spelling(file string, body []byte, target any) {
	var written map[string]any
	if toml.Unmarshal(body, &written) == nil {
		l.spelled(file, written, reflect.TypeOf(target))
	}
}

func (l *loader) spelled(file string, written any, t reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return
	}
	switch value := written.(type) {
	case []any:
		for _, one := range value {
			l.spelled(file, one, t)
		}
	case map[string]any:
		for key, inner := range value {
			if t.Kind() == reflect.Map {
				l.spelled(file, inner, t.Elem())
			} else if name, field, ok := fieldOf(t, key); ok {
				if name != key {
					l.find(file, key, "unknown key %q: it is written %q", key, name)
				}
				l.spelled(file, inner, field)
			}
		}
	}
}

// fieldOf finds the field that a key is decoded into, and its documented name.
func fieldOf(t reflect.Type, key string) (name string, field reflect.Type, ok bool) {
	if t.Kind() != reflect.Struct {
		return "", nil, false
	}
	for f := range t.Fields() {
		name := f.Tag.Get("toml")
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		if strings.EqualFold(name, key) {
			return name, f.Type, true
		}
	}
	return "", nil, false
}

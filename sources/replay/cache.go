package replay

import "crypto/sha256"

// cache keeps encoded answers of one revision of the library.
type cache struct {
	room, used, revision int
	answers              map[string]answer
}

// key tells answers apart, as the real server's own cache does: by method,
// whole address and body. The host is in it because links name it.
func (c call) key() string {
	sum := sha256.Sum256(c.body)
	return c.r.Method + " " + c.r.Host + c.r.RequestURI + " " + c.r.Header.Get("Content-Type") + string(sum[:])
}

func (c *cache) get(revision int, key string) (answer, bool) {
	if c.revision != revision {
		c.revision, c.used, c.answers = revision, 0, nil
	}
	a, ok := c.answers[key]
	return a, ok
}

func (c *cache) put(revision int, key string, a answer) {
	if revision != c.revision || c.used+len(a.body) > c.room {
		return
	}
	if c.answers == nil {
		c.answers = map[string]answer{}
	}
	c.used += len(a.body)
	c.answers[key] = a
}

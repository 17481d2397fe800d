//go:build !linux

package build

import "errors"

func exchange(string, string) error { return errors.ErrUnsupported }

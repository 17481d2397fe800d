package edition

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
)

// Export writes the edition in folder as one zip file, for the diary. The file
// comes into place when it is whole.
func Export(ctx context.Context, folder, to string) (err error) {
	e, err := Read(folder)
	if err != nil {
		return err
	}
	if found, err := e.compare(folder); err != nil || len(found) > 0 {
		return errors.Join(err, fmt.Errorf("edition %s is not as it was frozen: see «effekt edition verify %[1]s»", e.Name))
	}
	f, err := renameio.NewPendingFile(to, renameio.WithPermissions(0o644))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Cleanup()) }() // nothing is left of one that failed
	packed := zip.NewWriter(f)
	for _, one := range append([]File{{Path: file}, {Path: sealed}}, e.Files...) {
		if err := e.pack(ctx, packed, folder, one.Path); err != nil {
			return err
		}
	}
	if err := packed.Close(); err != nil {
		return err
	}
	return f.CloseAtomicallyReplace()
}

// pack adds one file. Parquet and bodies are packed already.
func (e Edition) pack(ctx context.Context, packed *zip.Writer, folder, path string) error {
	header := &zip.FileHeader{Name: e.Name + "/" + path, Method: zip.Deflate, Modified: e.Frozen}
	if strings.HasSuffix(path, ".zst") || strings.HasSuffix(path, ".parquet") {
		header.Method = zip.Store
	}
	header.SetMode(0o444)
	w, err := packed.CreateHeader(header)
	if err != nil {
		return err
	}
	source, err := os.Open(filepath.Join(folder, filepath.FromSlash(path)))
	if err != nil {
		return err
	}
	_, err = io.Copy(w, source)
	return errors.Join(err, source.Close(), ctx.Err())
}

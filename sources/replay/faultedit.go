package replay

// edit is the change of data the fault stands for, or nil for the other kinds.
func (f *Fault) edit(c call) func(*Library) error {
	id := f.Table
	if id == "" && len(c.parts) > 1 && c.source == "scb" {
		id = c.parts[1]
	}
	switch f.Kind {
	case "edit":
		return f.Edit
	case "vanished-table":
		return func(l *Library) error { return l.RemoveTable(id) }
	case "changed-label":
		return func(l *Library) error {
			if f.Variable == "kpi" {
				return l.RenameKPI(f.Code, f.Text)
			}
			return l.Relabel(id, f.Variable, f.Code, f.Text)
		}
	case "vanished-region":
		return func(l *Library) error {
			if c.source == "kolada" {
				return l.RemoveMunicipality(f.Code)
			}
			if f.Variable == "" {
				return l.RemoveCodes(id, "Region", f.Code)
			}
			return l.RemoveCodes(id, f.Variable, f.Code)
		}
	case "revised", "revised-silently":
		return func(l *Library) error {
			if err := l.SetValue(id, f.At, f.Value, ""); err != nil || f.Kind == "revised-silently" {
				return err
			}
			return l.SetUpdated(id, f.Text)
		}
	}
	return nil
}

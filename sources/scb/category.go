package scb

// category reads a dimension's codes, labels and units.
func (p *parts) category(d *Dimension) error {
	s, start := p.scan, p.scan.at
	members, err := p.inner()
	if err != nil {
		return err
	}
	labels := map[string]string{}
	if at, ok := members["label"]; ok {
		s.at = at
		if labels, err = s.labels(); err != nil {
			return err
		}
	}
	at, ok := members["index"]
	if !ok {
		at = start
	}
	s.at = at
	if d.Codes, err = s.codes(ok, labels); err != nil {
		return err
	}
	d.Labels = make([]string, len(d.Codes))
	for i, code := range d.Codes {
		label, ok := labels[code]
		if !ok {
			label = code
		}
		d.Labels[i] = label
	}
	if d.Role != "metric" {
		return nil
	}
	at, ok = members["unit"]
	s.at = at
	return p.units(d, ok)
}

func (s *scanner) labels() (map[string]string, error) {
	labels := map[string]string{}
	if s.null() {
		return labels, nil
	}
	err := s.members(func(code string) error {
		label, err := s.text()
		labels[code] = label
		return err
	})
	return labels, err
}

// codes gives the codes in position order: from an array, from an object of
// positions, or, where there is no index, the one code that has a label.
func (s *scanner) codes(indexed bool, labels map[string]string) ([]string, error) {
	if !indexed || s.null() {
		if len(labels) != 1 {
			return nil, s.refuse("no index and %d labels, want 1", len(labels))
		}
		for code := range labels {
			return []string{code}, nil
		}
	}
	start := s.at
	if s.peek() == '{' {
		return s.positions()
	}
	codes, err := s.texts()
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(codes))
	for _, code := range codes {
		if seen[code] {
			return nil, s.refuseAt(start, "code %q twice", code)
		}
		seen[code] = true
	}
	return codes, nil
}

// positions reads an object code → position. The order of its members means
// nothing (scb-api.md §7).
func (s *scanner) positions() ([]string, error) {
	start := s.at
	var named []string
	var places []float64
	if err := s.members(func(code string) error {
		place, err := s.number()
		named, places = append(named, code), append(places, place)
		return err
	}); err != nil {
		return nil, err
	}
	codes := make([]string, len(named))
	taken := make([]bool, len(named))
	for i, place := range places {
		at := int(max(-1, min(place, float64(len(named)))))
		if at < 0 || at >= len(codes) || float64(at) != place || taken[at] {
			return nil, s.refuseAt(start, "index is no permutation: %q has position %v of %d", named[i], place, len(named))
		}
		codes[at], taken[at] = named[i], true
	}
	return codes, nil
}

// units reads a metric's units; one that does not say its decimals has the
// table's.
func (p *parts) units(d *Dimension, told bool) error {
	var units map[string]*struct {
		Base     string `json:"base"` // as PxWeb calls it
		Label    string `json:"label"`
		Decimals *int   `json:"decimals"`
	}
	if told {
		if err := p.scan.unmarshal(&units); err != nil {
			return err
		}
	}
	d.Units = make([]Unit, len(d.Codes))
	for i, code := range d.Codes {
		d.Units[i].Decimals = p.extra.PX.Decimals
		unit := units[code]
		if unit == nil {
			continue
		}
		if d.Units[i].Base = unit.Base; unit.Base == "" {
			d.Units[i].Base = unit.Label
		}
		if unit.Decimals != nil {
			d.Units[i].Decimals = *unit.Decimals
		}
	}
	return nil
}

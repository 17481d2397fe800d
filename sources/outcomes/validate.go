package outcomes

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// validate lets a column's cells say their rule, and refuse what is not in a
// list. Numbers and dates are only warned about: the reader understands more
// ways of writing them than a spreadsheet does.
func (t *template) validate(s Sheet, column string, c Column) error {
	dv := excelize.NewDataValidation(true)
	dv.SetSqref(fmt.Sprintf("%s%d:%s%d", column, firstRow, column, lastRow))
	dv.SetInput(clip(c.Name, 32), clip(c.Rule, 255))
	switch {
	case c.Kind == Code && t.ranges[c.List] != "":
		dv.SetSqrefDropList(t.ranges[c.List])
		dv.SetError(excelize.DataValidationErrorStyleStop, "Välj ur listan", "Värdet finns inte i listan. Välj ett av dem som visas.")
	case c.Kind == Date:
		if err := dv.SetRange(32874.0, 73415.0, excelize.DataValidationTypeDate, excelize.DataValidationOperatorBetween); err != nil { // 1990-01-01 to 2100-12-31
			return err
		}
		dv.SetError(excelize.DataValidationErrorStyleWarning, "Datum", "Skriv ett datum som 2026-03-01.")
	case c.Kind == Integer, c.Kind == Decimal:
		if err := t.between(dv, c); err != nil {
			return err
		}
	case c.Name == "insats_id" && s.Name != Efforts:
		dv.SetSqrefDropList(fmt.Sprintf("%s!$A$%d:$A$%d", Efforts, firstRow, lastRow))
		dv.SetError(excelize.DataValidationErrorStyleInformation, "insats_id", "Insatsen står inte på bladet insatser. Det går bra om den är rapporterad tidigare.")
	}
	return t.file.AddDataValidation(s.Name, dv)
}

// between sets the limits of a column's numbers.
func (t *template) between(dv *excelize.DataValidation, c Column) error {
	low, high, kind := 0.0, 1e12, excelize.DataValidationTypeDecimal
	switch c.Name {
	case "tidsfordrojning_ar":
		high = 10
	case "ar":
		low, high = 2000, 2100
	case "planerat_varde", "uppnatt_varde":
		low = -1e12 // an index or an amount may fall
	}
	if c.Kind == Integer {
		kind = excelize.DataValidationTypeWhole
	}
	dv.SetError(excelize.DataValidationErrorStyleWarning, "Tal", clip("Skriv bara ett tal. "+c.Rule, 255))
	return dv.SetRange(low, high, kind, excelize.DataValidationOperatorBetween)
}

// clip keeps a text within what Excel lets a prompt hold.
func clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}

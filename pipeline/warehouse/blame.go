//go:build duckdb_arrow

package warehouse

import (
	"errors"

	"github.com/duckdb/duckdb-go/v2"
)

// SelectFailed tells whether a SELECT failed by its own text or by the data it
// reads, and would fail again on any machine: not for want of memory or disk,
// nor because somebody stopped it.
func SelectFailed(err error) bool {
	var failure *duckdb.Error
	if !errors.As(err, &failure) {
		return false
	}
	switch failure.Type {
	case duckdb.ErrorTypeBinder, duckdb.ErrorTypeCatalog, duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax, duckdb.ErrorTypeConversion,
		duckdb.ErrorTypeOutOfRange, duckdb.ErrorTypeInvalidInput, duckdb.ErrorTypeMismatchType, duckdb.ErrorTypeInvalidType,
		duckdb.ErrorTypeDivideByZero, duckdb.ErrorTypeDecimal, duckdb.ErrorTypeConstraint, duckdb.ErrorTypeExpression,
		duckdb.ErrorTypeNotImplemented, duckdb.ErrorTypeParameterNotResolved, duckdb.ErrorTypeParameterNotAllowed:
		return true
	}
	return false
}

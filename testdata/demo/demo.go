// Package demo holds the synthetic data that the demonstration serves as SCB
// and Kolada: a folder as effekt/sources/replay reads it. Every figure is
// invented by formula (see generate); region codes, names and KPI titles are
// facts. Every body says that it is synthetic.
//
// The tables agree with one another as the real ones do: the country is the sum
// of its counties where counts are exact (TAB638, TAB3981), cells from 2025 on
// carry noise (TAB5557), protected counts differ a little from their sums
// (TAB3200). Oddities that a reader must bear are in the data on purpose: the
// symbols «..», «-» and «.», a KPI record that is not there, one that is
// withdrawn, values that are null, genders in any order, a forecast year.
//
// Beside the statistics stand two rounds of reports that four invented units
// hand in (Reports): invented efforts, functions and figures, never a person.
package demo

import "embed"

//go:generate go run ./generate -out .

// Files is the folder: scb/<TABID>.json.zst, kolada/kpi.json,
// kolada/municipality.json and kolada/data/<KPI>.json.zst.
//
//go:embed scb kolada
var Files embed.FS

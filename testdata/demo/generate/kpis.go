package main

// kpis lists the Kolada series: titles, types and dates as in Kolada's list of KPIs.
func (w *world) kpis() []kpi {
	const (
		people   = "Befolkning"
		place    = "Kommunen, övergripande"
		council  = "Regionen, övergripande"
		nature   = "Infrastruktur, miljö- och hälsoskydd mm"
		business = "Affärsverksamhet"
	)
	return []kpi{
		{id: "N00957", title: "Ohälsotal, dagar", kind: "A", gendered: true, area: people,
			next: "2026", publish: "2027-01-16", first: 2012, last: 2025, figure: w.sickDays},
		{id: "N00401", title: "Utsläpp till luft av växthusgaser totalt, ton CO2-ekv/inv", kind: "A", area: nature,
			next: "2024", publish: "2026-06-09", first: 2012, last: 2023, figure: w.emissionsPerHead},
		{id: "N07702", title: "Utsläpp till luft av växthusgaser totalt, ton CO2-ekv", kind: "A", area: nature,
			next: "2024", publish: "2026-06-09", first: 2012, last: 2023, figure: w.emissions},
		{id: "N07918", title: "Hushåll med tillgång till eller möjlighet att ansluta till bredband om minst 1 Gbit/s, andel (%)",
			kind: "A", area: nature, next: "2025", publish: "2026-04-08", first: 2017, last: 2024, figure: w.broadband},
		{id: "N00999", title: "Nystartade företag, antal/1000 inv, 16-64 år", kind: "A", area: business,
			next: "2025", publish: "2026-06-10", first: 2013, last: 2024, figure: w.newFirms},
		{id: "N01951", title: "Invånare totalt, antal", kind: "A", gendered: true, area: people,
			next: "2026", publish: "2027-02-24", first: 2013, last: 2030, figure: w.inhabitants},
		{id: "N01982", title: "Invånare 25-64 år med eftergymnasial utbildning, andel (%)", kind: "A", gendered: true, area: people,
			next: "2025", publish: "2026-04-30", first: 2015, last: 2024, figure: w.postSecondary},
		{id: "N00927", title: "Demografisk försörjningskvot", kind: "A", area: place,
			next: "2026", publish: "2027-02-24", first: 2013, last: 2025, figure: w.dependency},
		{id: "N66080", title: "Invånare med låg ekonomisk standard, andel (%)", kind: "A", area: people,
			next: "2025", publish: "2027-01-25", first: 2013, last: 2024, figure: w.lowStandard},
		{id: "N00997", title: "Ginikoefficient – hushållens disponibla inkomster, index", kind: "A", area: place,
			next: "2025", publish: "2027-01-21", first: 2013, last: 2024, figure: w.gini},
		{id: "N05401", title: "Valdeltagande i senaste kommunalvalet, andel (%)", kind: "A", gendered: true, area: "Demokrati",
			next: "2026", publish: "2026-11-21", first: 2010, last: 2022, figure: w.turnout},
		{id: "U01413", title: "Invånare 16-84 år med avsaknad av tillit till andra, andel (%)", kind: "A", gendered: true,
			area: "Hälso- och sjukvård", next: "2026", publish: "2026-12-16", first: 2012, last: 2024, figure: w.distrust},
		{id: "N03926", title: "Långtidsarbetslösa i befolkningen, 25-65 år, andel (%)", kind: "A", gendered: true,
			area: "Arbetsmarknad", next: "2026", publish: "2027-01-19", first: 2014, last: 2025, figure: w.longIdle},
		{id: "N02797", title: "Invånare 16-24 år som varken arbetar eller studerar, andel (%)", kind: "A", gendered: true, area: people,
			next: "2024", publish: "2026-05-15", first: 2011, last: 2023, figure: w.idleYoung},
		{id: "N60960", title: "Gymnasieelever med examen eller studiebevis inom 4 år region, andel (%)", kind: "L", gendered: true,
			area: "Gymnasieskola åk 1-3", next: "2025", publish: "2025-11-30", first: 2015, last: 2024, figure: w.completion},
		{id: "N45702", title: "Branschbredd, andel (%)", kind: "A", area: business,
			next: "2025", publish: "2027-03-15", first: 2013, last: 2024, figure: w.breadth},
		{id: "N85085", title: "Företagens utgifter för egen FoU, kr/inv", kind: "L", area: council,
			next: "2025", publish: "2026-11-01", first: 2011, last: 2023, figure: w.research(5200, 0.5)},
		{id: "N85086", title: "Offentliga sektorns utgifter för FoU, kr/inv", kind: "L", area: council,
			next: "2025", publish: "2026-11-01", first: 2011, last: 2023, figure: w.research(700, 0.3)},
		{id: "N85087", title: "Universitets- och högskolesektorns utgifter för FoU, kr/inv", kind: "L", area: council,
			next: "2025", publish: "2026-11-01", first: 2011, last: 2023, figure: w.research(900, 9)},
		{id: "N60404", title: "Resor med kollektivtrafik, resor/inv", kind: "L", area: council,
			next: "2025", publish: "2026-06-27", first: 2010, last: 2024, figure: w.trips},
		{id: "N07530", title: "Invånare med tillgång till dagligvarubutik inom 2 km, andel (%)", kind: "A", area: place,
			next: "2025", publish: "2026-05-05", first: 2017, last: 2024, figure: w.groceries},
		{id: "N45925", title: "Elproduktion av förnybara energikällor inom det geografiska området, andel (%)", kind: "A", area: business,
			next: "2025", publish: "2027-03-06", first: 2013, last: 2024, figure: w.renewable},
		{id: "N07945", title: "Elbilar, andel (%)", kind: "A", area: nature,
			next: "2025", publish: "2026-06-27", first: 2013, last: 2024, figure: w.cars(11, 2022.6)},
		{id: "N07947", title: "Laddhybridbilar, andel (%)", kind: "A", area: nature,
			next: "2025", publish: "2026-06-27", first: 2013, last: 2024, figure: w.cars(7.5, 2021.2)},
		{id: "N07917", title: "Färdigställda bostäder, nybyggnad, antal/1000 inv", kind: "K", area: nature,
			next: "2025", publish: "2026-05-15", first: 2013, last: 2024, figure: w.built},
	}
}

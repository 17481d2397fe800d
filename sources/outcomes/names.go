package outcomes

// The names of the template's other sheets.
const (
	readmeSheet = "Läs mig"
	listsSheet  = "kodlistor"
	stampSheet  = "_stämpel"
	reviewSheet = "granskning"
)

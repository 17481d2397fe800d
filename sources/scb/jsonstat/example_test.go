package jsonstat_test

import (
	"fmt"
	"log"

	"effekt/sources/scb/jsonstat"
)

func ExampleDecode() {
	cube, err := jsonstat.Decode([]byte(`{"id":["Kon"],"size":[2],"dimension":{"Kon":{"category":{"index":{"2":0,"1":1}}}},"value":{"0":12.5},"status":{"1":".."}}`))
	if err != nil {
		log.Fatal(err)
	}
	for i, code := range cube.Dimensions[0].Codes {
		fmt.Printf("%s %v %q\n", code, cube.Values[i], cube.StatusOf(i))
	}
	// Output:
	// 2 12.5 ""
	// 1 NaN ".."
}

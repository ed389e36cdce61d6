package main

import (
	"fmt"
	"os"

	"github.com/smart-commune/smart-commune/hub/httpapi"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "openapi" {
		b, err := httpapi.OpenAPI()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Stdout.Write(b)
	}
}

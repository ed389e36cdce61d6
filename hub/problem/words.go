package problem

// Words are what is said to a person, in both languages of the hub.
type Words struct {
	VI string `json:"vi"`
	EN string `json:"en"`
}

// Say returns words in Vietnamese and in English.
func Say(vi, en string) Words { return Words{vi, en} }

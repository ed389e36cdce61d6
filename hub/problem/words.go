package problem

// Words are what is said to a person, in both languages of the hub.
type Words struct {
	VI string `json:"vi"`
	EN string `json:"en"`
}

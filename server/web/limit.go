package web

// Limit names a line of the table of rate limits.
type Limit int

const (
	LimitNone Limit = iota
	LimitDraw
	LimitLogin
	LimitResume
	LimitSocket
	LimitWrite
)

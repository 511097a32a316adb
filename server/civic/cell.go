package civic

import "strings"

// HarmlessCell keeps a spreadsheet from taking a cell of a CSV file for a formula.
func HarmlessCell(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

package poster

import (
	"bytes"
	"image"
	_ "image/jpeg" // a logo may be one
	_ "image/png"  // or one of these
)

// pixels are width and height of a picture.
func pixels(data []byte) (w, h float64, err error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	return float64(c.Width), float64(c.Height), err
}

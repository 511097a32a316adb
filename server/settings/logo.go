package settings

import (
	"bytes"
	"context"
	"image"
	_ "image/jpeg" // a logo may come as one
	"image/png"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/store"
)

// Limits of a logo. It stands in the head of small pages.
const (
	LogoBytes  = 200 << 10
	logoPixels = 2000 // on each side
)

// SaveLogo stores a logo that comes as PNG or JPEG. It is drawn anew as a PNG, so that nothing else travels in it: no
// SVG, which may hold scripts. TooLarge, or Invalid with KeyLogoUnreadable.
func (s *Service) SaveLogo(ctx context.Context, caller civic.Caller, data []byte) error {
	if err := mayAdminister(caller); err != nil {
		return err
	}
	picture, err := redrawn(data)
	if err != nil {
		return err
	}
	return s.changeLogo(ctx, caller, "settings.logo_saved", func(tx *store.Tx) error {
		return tx.SaveLogo(ctx, caller.AuthorityID, picture, s.now())
	})
}

// DeleteLogo removes the logo. None is no error.
func (s *Service) DeleteLogo(ctx context.Context, caller civic.Caller) error {
	if err := mayAdminister(caller); err != nil {
		return err
	}
	return s.changeLogo(ctx, caller, "settings.logo_removed", func(tx *store.Tx) error { return tx.DeleteLogo(ctx, caller.AuthorityID) })
}

func (s *Service) changeLogo(ctx context.Context, caller civic.Caller, name string, fn func(*store.Tx) error) error {
	var touched []bus.Topic
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		touched = nil // a retried transaction starts afresh
		if _, err := tx.TouchAuthority(ctx, caller.AuthorityID); err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		offices, err := tx.Offices(ctx, caller.AuthorityID)
		if err != nil {
			return err
		}
		for _, o := range offices { // every one's view names its authority's logo
			if _, err := tx.Touch(ctx, o.AuthorityID, o.ID); err != nil {
				return err
			}
			touched = append(touched, bus.Office(o.ID))
		}
		return s.note(ctx, tx, caller, act{name: name}, nil)
	})
	if err == nil {
		s.bus.Publish(touched...)
	}
	return err
}

// redrawn decodes a picture and encodes it anew.
func redrawn(data []byte) ([]byte, error) {
	if len(data) > LogoBytes {
		return nil, civic.Errorf(civic.TooLarge, civic.KeyBodyTooLarge, "logo of %d bytes", len(data))
	}
	unreadable := func(why any) error {
		return civic.Errorf(civic.Invalid, civic.KeyLogoUnreadable, "%v", why)
	}
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data)) // first, for a small file may unfold to gigabytes
	if err != nil {
		return nil, unreadable(err)
	}
	if cfg.Width < 1 || cfg.Height < 1 || cfg.Width > logoPixels || cfg.Height > logoPixels {
		return nil, unreadable("its size")
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, unreadable(err)
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, picture); err != nil {
		return nil, err
	}
	if out.Len() > 8*LogoBytes { // of a photo: a JPEG of the same picture is small
		return nil, unreadable("large as a PNG")
	}
	return out.Bytes(), nil
}

// Logo returns an authority's logo, a PNG, by its slug. NotFound if it has none.
func (s *Service) Logo(ctx context.Context, slug string) (data []byte, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		a, err := tx.AuthorityBySlug(ctx, slug)
		if err != nil {
			return err
		}
		data, err = tx.Logo(ctx, a.ID)
		return err
	})
	return data, err
}

package visit

import "schalter/server/civic"

// Leave is the clerk's word on a member's wish to show a screen or a second camera. It holds once: who has stopped asks
// again. The clerk needs none.
type Leave string

// The words; empty: not asked.
const (
	LeaveAsked    Leave = "asked"
	LeaveAllowed  Leave = "allowed"
	LeaveDeclined Leave = "declined"
)

// mayShow says whether the switch lets a member's screen through.
func (r *room) mayShow(m *Member) bool {
	return m.side == civic.SideClerk || r.leaves[m.id] == LeaveAllowed
}

// SetSends takes over what the member says it sends, and tells the others. A screen without leave is held back, whatever
// the client says.
func (m *Member) SetSends(sends Sends) {
	m.room.in(func() {
		if !m.here {
			return
		}
		if !m.room.mayShow(m) {
			sends.Screen = false
		}
		sends.SecondCamera = sends.SecondCamera && sends.Screen
		m.peer.Sending(sends.Sound, sends.Picture, sends.Screen)
		if m.sends == sends {
			return
		}
		if m.sends.Screen && !sends.Screen {
			delete(m.room.leaves, m.id)
		}
		m.sends = sends
		m.room.tell()
	})
}

// AskScreen asks the clerk for leave.
func (m *Member) AskScreen() {
	m.room.in(func() {
		if m.here && !m.room.mayShow(m) {
			m.room.leaves[m.id] = LeaveAsked
			m.room.tell()
		}
	})
}

// AllowScreen gives a participant leave, asked or not, or takes it away; what was shown ends at once. At most one beside the
// clerk has it: the one before loses it. Of one who is not in the room nothing is said. Errors: Forbidden for all but the
// clerk's side.
func (m *Member) AllowScreen(participant string, on bool) error {
	if m.side != civic.SideClerk {
		return civic.Errorf(civic.Forbidden, civic.KeyForbidden, "%s may not say who shows a screen", m.id)
	}
	m.room.in(func() {
		who := m.room.members[participant]
		if !m.here || who == nil || who.side == civic.SideClerk {
			return
		}
		if !on {
			m.room.silence(who, LeaveDeclined)
			m.room.tell()
			return
		}
		for id, other := range m.room.members {
			if id != participant && m.room.leaves[id] == LeaveAllowed {
				m.room.silence(other, "")
			}
		}
		m.room.leaves[participant] = LeaveAllowed
		m.room.tell()
	})
	return nil
}

// silence ends what a member shows, and says why.
func (r *room) silence(m *Member, why Leave) {
	if r.leaves[m.id] = why; why == "" {
		delete(r.leaves, m.id)
	}
	m.sends.Screen, m.sends.SecondCamera = false, false
	if m.here {
		m.peer.Sending(m.sends.Sound, m.sends.Picture, false)
	}
}

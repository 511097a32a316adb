// Short names for the generated types of the wire. Nobody else touches the long form.
import type { components } from '../protocol.gen.ts';

type Schemas = components['schemas'];

export type Text = Record<string, string>;

export type Problem = Schemas['Problem'];
export type Flaw = Schemas['Flaw'];
export type Board = Schemas['Board'];
export type BoardAuthority = Schemas['BoardAuthority'];
export type BoardOffice = Schemas['BoardOffice'];
export type Contact = Schemas['Contact'];
export type Topic = Schemas['Topic'];
export type Interval = Schemas['Interval'];
export type Range = Schemas['Range'];

export type Draw = Schemas['Draw'];
export type Drawn = Schemas['Drawn'];
export type Resume = Schemas['Resume'];
export type ResumeCode = Schemas['ResumeCode'];
export type MoveCode = Schemas['MoveCode'];
export type TicketExport = Schemas['TicketExport'];
export type OfficeMessage = Schemas['OfficeMessage'];
export type WantedPerson = Schemas['WantedPerson'];
export type About = Schemas['About'];
export type CitizenTicket = Schemas['CitizenTicket'];
export type TicketState = CitizenTicket['state'];
export type Call = Schemas['Call'];
export type Grant = Schemas['Grant'];
export type ICE = Schemas['ICE'];
export type Probed = Schemas['Probed'];

export type Hello = Schemas['Hello'];
export type Welcome = Schemas['Welcome'];
export type Join = Schemas['Join'];
export type Joined = Schemas['Joined'];
export type Offer = Schemas['Offer'];
export type Lines = Schemas['Lines'];
export type SeatLine = Schemas['SeatLine'];
export type Answer = Schemas['Answer'];
export type Seats = Schemas['Seats'];
export type Seat = Schemas['Seat'];
export type Seated = Schemas['Seated'];
export type More = Schemas['More'];
export type Sends = Schemas['Sends'];
export type HeardText = Schemas['HeardText'];
export type RoomView = Schemas['RoomView'];
export type Participant = Schemas['Participant'];
export type Ended = Schemas['Ended'];
export type EndReason = Ended['reason'];

export type Login = Schemas['Login'];
export type ClerkSession = Schemas['ClerkSession'];
export type ClerkOffice = Schemas['ClerkOffice'];
export type Start = Schemas['Start'];
export type TokenOwner = Schemas['TokenOwner'];
export type Account = Schemas['Account'];
export type SessionList = Schemas['SessionList'];
export type SessionView = Schemas['SessionView'];
export type NewTOTP = Schemas['NewTOTP'];
export type PasskeyOptions = Schemas['PasskeyOptions'];
export type SignInWays = Schemas['SignInWays'];
export type Staff = Schemas['Staff'];
export type StaffMember = Schemas['StaffMember'];
export type StaffInvitation = Schemas['StaffInvitation'];
export type StaffProfile = Schemas['StaffProfile'];
export type Invited = Schemas['Invited'];
export type SignInRules = Schemas['SignInRules'];
export type SSOGroup = Schemas['SSOGroup'];
export type AuthorityList = Schemas['AuthorityList'];
export type AuthorityCount = Schemas['AuthorityCount'];
export type FoundAuthority = Schemas['FoundAuthority'];
export type OpenDesk = Schemas['OpenDesk'];
export type PauseDesk = Schemas['PauseDesk'];
export type CallTicket = Schemas['CallTicket'];
export type CallReason = Exclude<NonNullable<CallTicket['reason']>, ''>;
export type TransferTicket = Schemas['TransferTicket'];
export type IssuingSwitch = Schemas['IssuingSwitch'];
export type CallResult = Schemas['CallResult'];
export type OfficeView = Schemas['OfficeView'];
export type DeskView = Schemas['DeskView'];
export type ColleagueDesk = Schemas['ColleagueDesk'];
export type ClerkTicket = Schemas['ClerkTicket'];
export type Figures = Schemas['Figures'];

export type Statistics = Schemas['Statistics'];
export type StatisticsRow = Schemas['StatisticsRow'];
export type StatisticsYear = Schemas['StatisticsYear'];
export type Count = Schemas['Count'];
export type Spread = Schemas['Spread'];
export type Settings = Schemas['Settings'];
export type AuthorityProfile = Schemas['AuthorityProfile'];
export type AuthorityCalendar = Schemas['AuthorityCalendar'];
export type RetentionSettings = Schemas['RetentionSettings'];
export type OwnText = Schemas['OwnText'];
export type OfficeSettings = Schemas['OfficeSettings'];
export type OfficeProfile = Schemas['OfficeProfile'];
export type OfficeHours = Schemas['OfficeHours'];
export type PlannedInterval = Schemas['PlannedInterval'];
export type ClosureDates = Schemas['ClosureDates'];
export type ExtraOpening = Schemas['ExtraOpening'];
export type DayHours = Schemas['DayHours'];
export type Imported = Schemas['Imported'];
export type AuditLog = Schemas['AuditLog'];

/** The protocol versions that this client speaks. */
export const VERSIONS = [1];

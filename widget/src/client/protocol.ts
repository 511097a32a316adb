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

export type Draw = Schemas['Draw'];
export type Drawn = Schemas['Drawn'];
export type ResumeCode = Schemas['ResumeCode'];
export type MoveCode = Schemas['MoveCode'];
export type GuestView = Schemas['GuestView'];
export type RoomGuest = Schemas['RoomGuest'];
export type InviteGuest = Schemas['InviteGuest'];
export type GuestInvitation = Schemas['GuestInvitation'];
export type TicketExport = Schemas['TicketExport'];
export type WantedPerson = Schemas['WantedPerson'];
export type About = Schemas['About'];
export type CitizenTicket = Schemas['CitizenTicket'];
export type Call = Schemas['Call'];
export type Grant = Schemas['Grant'];
export type ICE = Schemas['ICE'];
export type Probed = Schemas['Probed'];

export type Hello = Schemas['Hello'];
export type Joined = Schemas['Joined'];
export type Offer = Schemas['Offer'];
export type Lines = Schemas['Lines'];
export type Answer = Schemas['Answer'];
export type Seats = Schemas['Seats'];
export type Seat = Schemas['Seat'];
export type More = Schemas['More'];
export type Sends = Schemas['Sends'];
export type HeardText = Schemas['HeardText'];
export type Shows = Schemas['Shows'];
export type Shown = Schemas['Shown'];
export type Layers = Schemas['Layers'];
export type Caption = Schemas['Caption'];
export type CaptionerLink = Schemas['CaptionerLink'];
export type RoomView = Schemas['RoomView'];
export type Participant = Schemas['Participant'];
export type Ended = Schemas['Ended'];
export type EndReason = Ended['reason'];

export type ClerkSession = Schemas['ClerkSession'];
export type ClerkOffice = Schemas['ClerkOffice'];
export type Start = Schemas['Start'];
export type TokenOwner = Schemas['TokenOwner'];
export type Account = Schemas['Account'];
export type SessionList = Schemas['SessionList'];
export type NewTOTP = Schemas['NewTOTP'];
export type PasskeyOptions = Schemas['PasskeyOptions'];
export type SignInWays = Schemas['SignInWays'];
export type Staff = Schemas['Staff'];
export type StaffMember = Schemas['StaffMember'];
export type Invited = Schemas['Invited'];
export type SignInRules = Schemas['SignInRules'];
export type SSOGroup = Schemas['SSOGroup'];
export type AuthorityList = Schemas['AuthorityList'];
export type CallTicket = Schemas['CallTicket'];
export type CallReason = Exclude<NonNullable<CallTicket['reason']>, ''>;
export type TransferTicket = Schemas['TransferTicket'];
export type CallResult = Schemas['CallResult'];
export type OfficeView = Schemas['OfficeView'];
export type DeskView = Schemas['DeskView'];
export type ClerkTicket = Schemas['ClerkTicket'];
export type Figures = Schemas['Figures'];
export type Colleagues = Schemas['Colleagues'];
export type Colleague = Schemas['Colleague'];
export type AskColleague = Schemas['AskColleague'];
export type MoveConsult = Schemas['MoveConsult'];
export type Consults = Schemas['Consults'];
export type Consult = Schemas['Consult'];
export type ColleagueComes = Schemas['ColleagueComes'];

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
export type Imported = Schemas['Imported'];
export type AuditLog = Schemas['AuditLog'];

/** The protocol versions that this client speaks. */
export const VERSIONS = [1];

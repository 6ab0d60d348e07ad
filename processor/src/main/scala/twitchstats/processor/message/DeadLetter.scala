package twitchstats.processor.message

/** Why a record is not a message. `code` names the class in headers, metrics and documents. */
enum DeadLetterClass(val code: String):
  case BrokenJson extends DeadLetterClass("broken_json")
  case InvalidUtf8 extends DeadLetterClass("invalid_utf8")
  case LoneSurrogate extends DeadLetterClass("lone_surrogate")
  case NotAnObject extends DeadLetterClass("not_an_object")
  case EmptyValue extends DeadLetterClass("empty_value")
  case WrongType extends DeadLetterClass("wrong_type")
  case MissingField extends DeadLetterClass("missing_field")
  case FieldTooLong extends DeadLetterClass("field_too_long")
  case TooManyEmotes extends DeadLetterClass("too_many_emotes")
  case NulCharacter extends DeadLetterClass("nul_character")
  case NegativeTimestamp extends DeadLetterClass("timestamp_negative")
  case FutureTimestamp extends DeadLetterClass("timestamp_future")
  case NullKey extends DeadLetterClass("null_key")
  case KeyMismatch extends DeadLetterClass("key_mismatch")

  /** A message for a window that expired: its set of ids is gone, so it could only be miscounted.
    */
  case WindowExpired extends DeadLetterClass("window_expired")

/** @param detail
  *   one sentence for people; never holds text of the message itself
  */
final case class DeadLetter(reason: DeadLetterClass, detail: String)

package twitchstats.processor.message

/** Looks for half a surrogate pair among the `\u` escapes of JSON text. In raw bytes there is none:
  * UTF-8 has no way to write it.
  */
private[message] object Surrogates:
  def hasLone(json: Array[Byte]): Boolean =
    var at = 0
    var lone = false
    while at < json.length && !lone do
      if json(at) != '\\' then at += 1
      else
        val unit = escape(json, at)
        if Character.isHighSurrogate(unit) && Character.isLowSurrogate(escape(json, at + 6)) then
          at += 12
        else
          lone = Character.isSurrogate(unit)
          at += 2
    lone

  /** The UTF-16 unit escaped at `at`, or NUL when that is no `\uXXXX`. */
  private def escape(json: Array[Byte], at: Int): Char =
    if at + 6 > json.length || json(at) != '\\' || json(at + 1) != 'u' then 0
    else
      val digits = (2 to 5).map(i => Character.digit(json(at + i), 16))
      if digits.contains(-1) then 0 else digits.reduce(_ * 16 + _).toChar

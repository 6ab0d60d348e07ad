package twitchstats.processor

object Main:
  def main(args: Array[String]): Unit = println("x")

"""Text to units: tag (content, cue, speaker), link, resolve speakers."""

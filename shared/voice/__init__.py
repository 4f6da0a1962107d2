"""Voice: what somebody says to the assistant, heard and then asked as if they had written it."""

import ArgumentParser
import AsyncHTTPClient
import Crypto
import CryptoExtras
import GRDB
import GRDBSQLite
import Hummingbird
import Logging
import Mustache
print("warm")

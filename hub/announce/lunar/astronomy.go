package lunar

import "math"

// The mean motions are those of Jean Meeus, Astronomical Formulae for Calculators,
// chapter 32 (new moons, good to a few minutes) and Astronomical Algorithms,
// chapter 25 (the Sun, good to 0.01°, a quarter of an hour), as in the published
// algorithm.

const (
	degree = math.Pi / 180

	// synodicMonth is the mean time from new moon to new moon, in days.
	synodicMonth = 29.530588853
	// newMoon1900 is the Julian date of the new moon numbered 0, 1 January 1900.
	newMoon1900 = 2415021.076998695
)

// newMoonNear returns the number of a new moon at most one month from a day.
func newMoonNear(n int) int {
	return int(math.Floor((float64(n) - newMoon1900) / synodicMonth))
}

// newMoonDay returns the Julian day number of the zone's day on which the new
// moon k falls.
func (z Zone) newMoonDay(k int) int {
	return int(math.Floor(newMoon(k) + 0.5 + float64(z)/24))
}

// newMoon returns the Julian date (UTC) of the new moon k.
func newMoon(k int) float64 {
	n := float64(k)
	t := n / 1236.85 // Julian centuries from 1900
	t2, t3 := t*t, t*t*t
	sin := func(deg float64) float64 { return math.Sin(deg * degree) }

	mean := 2415020.75933 + 29.53058868*n + 0.0001178*t2 - 0.000000155*t3 + 0.00033*sin(166.56+132.87*t-0.009173*t2)
	sun := 359.2242 + 29.10535608*n - 0.0000333*t2 - 0.00000347*t3      // mean anomaly of the Sun
	moon := 306.0253 + 385.81691806*n + 0.0107306*t2 + 0.00001236*t3    // mean anomaly of the Moon
	latitude := 21.2964 + 390.67050646*n - 0.0016528*t2 - 0.00000239*t3 // argument of latitude

	correction := (0.1734-0.000393*t)*sin(sun) + 0.0021*sin(2*sun) -
		0.4068*sin(moon) + 0.0161*sin(2*moon) - 0.0004*sin(3*moon) +
		0.0104*sin(2*latitude) - 0.0051*sin(sun+moon) - 0.0074*sin(sun-moon) +
		0.0004*sin(2*latitude+sun) - 0.0004*sin(2*latitude-sun) - 0.0006*sin(2*latitude+moon) +
		0.0010*sin(2*latitude-moon) + 0.0005*sin(2*moon+sun)

	// ΔT, the lag of UTC behind the time of the formulae, in days.
	delta := -0.000278 + 0.000265*t + 0.000262*t2
	if t < -11 {
		delta = 0.001 + 0.000839*t + 0.0002261*t2 - 0.00000845*t3 - 0.000000081*t*t3
	}
	return mean + correction - delta
}

// sector returns how many of the twelve arcs of 30° the Sun has passed since the
// spring equinox, 0 to 11, at the beginning of the zone's day n. A major solar term
// falls between two days when their sectors differ.
func (z Zone) sector(n int) int {
	return int(math.Floor(sunLongitude(float64(n)-0.5-float64(z)/24)/30)) % 12
}

// sunLongitude returns the Sun's longitude at a Julian date, in degrees from 0 to
// 360.
func sunLongitude(jd float64) float64 {
	t := (jd - 2451545) / 36525 // Julian centuries from 2000
	t2 := t * t
	anomaly := (357.52910 + 35999.05030*t - 0.0001559*t2 - 0.00000048*t*t2) * degree
	mean := 280.46645 + 36000.76983*t + 0.0003032*t2
	centre := (1.914600-0.004817*t-0.000014*t2)*math.Sin(anomaly) +
		(0.019993-0.000101*t)*math.Sin(2*anomaly) + 0.000290*math.Sin(3*anomaly)
	longitude := mean + centre
	return longitude - 360*math.Floor(longitude/360)
}
